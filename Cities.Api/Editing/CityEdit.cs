using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>
/// Changes cities by their corrections, which a trigger of the database applies. All changes are in one transaction,
/// which has the lock of <see cref="LockAsync"/>.
/// </summary>
internal sealed class CityEdit(WriteTransaction transaction)
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Waits for an import that replaces the data, and for other editors, up to 2 s. Until the transaction ends, they
    /// wait for it. So nothing changes after the comparison with If-Match, and the ids of the audit log are in the
    /// order of the changes.
    /// </summary>
    public static async Task LockAsync(WriteTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var statement in CorrectionsLock.Statements(LockTimeout))
            await transaction.ExecuteAsync(SqlText.Constant(statement), cancellationToken);
    }

    /// <summary>Applies a patch.</summary>
    /// <returns>The errors by the names of the properties; none if the patch was applied.</returns>
    public async Task<Dictionary<string, string[]>> CorrectAsync(
        CityState state, CityPatch patch, CancellationToken cancellationToken)
    {
        var before = state.Response.Values;
        var geoNames = state.Response.GeoNames ?? before;
        var isRenamed = patch.Has("name") && !patch.Has("asciiName");
        var values = patch.ApplyTo(before);
        if (isRenamed && values.Name != before.Name)
        {
            values = values with
            {
                AsciiName = !state.IsLocal && values.Name == geoNames.Name
                    ? geoNames.AsciiName
                    : PlaceNames.ToAscii(values.Name),
            };
        }

        var errors = await FindErrorsAsync(values, patch, state.CountryId, cancellationToken);
        if (errors.Count > 0)
            return errors;
        if (state.IsLocal)
        {
            await SetAsync(state, Row(state.CountryId, values), cancellationToken);
            return [];
        }

        var changes = Changes(state);
        foreach (var member in CityMember.All
            .Where(member => patch.Has(member.Name) || (isRenamed && member.Name == "asciiName")))
        {
            if (Equals(member.Of(values), member.Of(geoNames)))
                changes.Remove(member.Column);
            else
                changes[member.Column] = member.ToColumn(values);
        }

        await SetAsync(state, changes, cancellationToken);
        return [];
    }

    /// <summary>Reverts corrections.</summary>
    /// <param name="state">The city.</param>
    /// <param name="members">The corrected properties. The name includes the ASCII name.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public Task RevertAsync(
        CityState state, IReadOnlyCollection<CityMember> members, CancellationToken cancellationToken)
    {
        var changes = Changes(state);
        foreach (var member in members)
            changes.Remove(member.Column);
        if (members.Any(member => member.Name == "name"))
            changes.Remove("ascii_name");
        return SetAsync(state, changes, cancellationToken);
    }

    /// <summary>Adds a local place.</summary>
    /// <returns>Its id, or the errors by the names of the properties.</returns>
    public async Task<(int Id, Dictionary<string, string[]> Errors)> CreateAsync(
        CityPatch patch, string countryCode, CancellationToken cancellationToken)
    {
        var countryId = await transaction.ScalarAsync<int>(
            $"SELECT id FROM countries WHERE code = {countryCode}", cancellationToken);
        if (countryId == 0)
            return (0, new() { ["countryCode"] = ["The country does not exist."] });
        var values = patch.ApplyTo(new CityValuesResponse("", "", "PPL", null, null, 0, null, null, null!));
        if (values.AsciiName.Length == 0)
            values = values with { AsciiName = PlaceNames.ToAscii(values.Name) };
        var errors = await FindErrorsAsync(values, patch, countryId, cancellationToken);
        if (errors.Count > 0)
            return (0, errors);

        var id = await transaction.ScalarAsync<int>(
            $"""
            INSERT INTO administration.city_corrections (is_local, changes)
            VALUES (true, {Row(countryId, values).ToJsonString()}::jsonb)
            RETURNING city_id
            """,
            cancellationToken);
        return (id, []);
    }

    /// <summary>
    /// Deletes the correction of a city; the trigger restores GeoNames' values, or deletes the local place.
    /// </summary>
    /// <returns>Whether the city had a correction.</returns>
    public async Task<bool> DeleteAsync(int cityId, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            $"DELETE FROM administration.city_corrections WHERE city_id = {cityId}", cancellationToken) > 0;

    /// <summary>Finds the errors that only the database can find.</summary>
    private async Task<Dictionary<string, string[]>> FindErrorsAsync(
        CityValuesResponse city, CityPatch patch, int countryId, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (city.AsciiName.Length == 0)
            errors["asciiName"] = ["The name has no ASCII form. Set the property."];
        if (patch.Has("regionId") || patch.Has("subregionId"))
        {
            if (city.RegionId is { } region
                && !await ExistsAsync(
                    $"SELECT FROM regions WHERE id = {region} AND country_id = {countryId}", cancellationToken))
            {
                errors["regionId"] = ["The country does not have this region."];
            }
            else if (city.SubregionId is { } subregion && !(city.RegionId is { } its && await ExistsAsync(
                $"""
                SELECT FROM subregions WHERE id = {subregion} AND country_id = {countryId} AND region_id = {its}
                """,
                cancellationToken)))
            {
                errors["subregionId"] =
                    ["The region does not have this subregion: use a subregion of the region, or null."];
            }
        }

        if (patch.Has("timezone") && city.Timezone is { } timezone
            && !await ExistsAsync($"SELECT FROM time_zones WHERE id = {timezone}", cancellationToken)
            && !IsAreaAndLocation(timezone))
        {
            errors["timezone"] = ["The time zone does not exist."];
        }

        return errors;
    }

    /// <summary>
    /// Whether a text is a time zone of the system, named by its area and location. The system's folder also contains
    /// copies of all time zones with and without leap seconds (<c>right</c>, <c>posix</c>), and files without an area.
    /// </summary>
    private static bool IsAreaAndLocation(string timezone) =>
        timezone.Split('/') is [not ("posix" or "right"), _, ..]
        && TimeZoneInfo.TryFindSystemTimeZoneById(timezone, out var zone)
        && zone.HasIanaId;

    private async Task<bool> ExistsAsync(SqlText query, CancellationToken cancellationToken) =>
        await transaction.ScalarAsync<bool>($"SELECT EXISTS ({query})", cancellationToken);

    /// <summary>Stores the corrected columns, unless they are already stored.</summary>
    private async Task SetAsync(CityState state, JsonObject changes, CancellationToken cancellationToken)
    {
        if (JsonNode.DeepEquals(changes, Changes(state)))
            return;
        var id = state.Response.Id;
        if (changes.Count == 0)
        {
            await DeleteAsync(id, cancellationToken);
            return;
        }

        var json = changes.ToJsonString();
        await transaction.ExecuteAsync(
            state.Changes is null
                ? $"""
                   INSERT INTO administration.city_corrections (city_id, is_local, changes)
                   VALUES ({id}, false, {json}::jsonb)
                   """
                : (SqlText)$"UPDATE administration.city_corrections SET changes = {json}::jsonb WHERE city_id = {id}",
            cancellationToken);
    }

    private static JsonObject Changes(CityState state) => state.Changes?.DeepClone().AsObject() ?? [];

    private static JsonObject Row(int countryId, CityValuesResponse city)
    {
        var row = new JsonObject { ["country_id"] = countryId };
        foreach (var member in CityMember.All)
            row[member.Column] = member.ToColumn(city);
        return row;
    }
}
