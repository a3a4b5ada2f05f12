using System.Text.Json;
using System.Text.Json.Nodes;
using Cities.Api.Responses;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Administration;

/// <summary>Changes cities, by what the database makes of corrections. All of it in the transaction that the context is in.</summary>
/// <param name="context">The database, with the lock of <see cref="LockAsync"/>.</param>
internal sealed class CityEdit(CitiesDbContext context)
{
    /// <summary>
    /// Waits for an import that is putting its data in place, and for other editors, for as long as a caller may be kept
    /// waiting; until the transaction has ended they wait for this one. So nothing changes behind what If-Match was compared
    /// with, and what the audit log has is in the order of its ids.
    /// </summary>
    public static Task LockAsync(CitiesDbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"SET LOCAL lock_timeout = '2s'; LOCK TABLE administration.city_corrections IN SHARE ROW EXCLUSIVE MODE", cancellationToken);

    /// <summary>Applies a patch.</summary>
    /// <returns>What is wrong with it, by the members' names; nothing where it has been applied.</returns>
    public async Task<Dictionary<string, string[]>> CorrectAsync(CityState state, CityPatch patch, CancellationToken cancellationToken)
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
                    : await ToAsciiAsync(values.Name, cancellationToken),
            };
        }

        var errors = await FindErrorsAsync(values, patch, state.CountryId, cancellationToken);
        if (errors.Count > 0)
            return errors;
        if (state.IsLocal)
        {
            await SetAsync(state, Row(state.Response.Id, state.CountryId, values), cancellationToken);
            return [];
        }

        var changes = Changes(state);
        foreach (var member in CityMember.All.Where(member => patch.Has(member.Name) || (isRenamed && member.Name == "asciiName")))
        {
            if (Equals(member.Of(values), member.Of(geoNames)))
                changes.Remove(member.Column);
            else
                changes[member.Column] = member.ToColumn(values);
        }

        await SetAsync(state, WithSlug(changes, state.Response.Id), cancellationToken);
        return [];
    }

    /// <summary>Takes corrections back.</summary>
    /// <param name="state">The city.</param>
    /// <param name="members">Which; a name takes what was made of it along.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public Task RevertAsync(CityState state, IReadOnlyCollection<CityMember> members, CancellationToken cancellationToken)
    {
        var changes = Changes(state);
        foreach (var member in members)
            changes.Remove(member.Column);
        if (members.Any(member => member.Name == "name"))
            changes.Remove("ascii_name");
        return SetAsync(state, WithSlug(changes, state.Response.Id), cancellationToken);
    }

    /// <summary>Adds a local place.</summary>
    /// <returns>Its id, or what is wrong with it.</returns>
    public async Task<(int Id, Dictionary<string, string[]> Errors)> CreateAsync(
        CityPatch patch, string countryCode, CancellationToken cancellationToken)
    {
        var countryId = await context.Countries.Where(country => country.Code == countryCode)
            .Select(country => (int?)country.Id).SingleOrDefaultAsync(cancellationToken);
        if (countryId is null)
            return (0, new() { ["countryCode"] = ["There is no such country."] });
        var values = patch.ApplyTo(new CityValuesResponse("", "", "PPL", null, null, 0, null, null, null!));
        if (values.AsciiName.Length == 0)
            values = values with { AsciiName = await ToAsciiAsync(values.Name, cancellationToken) };
        var errors = await FindErrorsAsync(values, patch, countryId.Value, cancellationToken);
        if (errors.Count > 0)
            return (0, errors);

        var id = await context.Database
            .SqlQuery<int>($"SELECT nextval('administration.local_city_ids')::int AS \"Value\"")
            .SingleAsync(cancellationToken);
        context.CityCorrections.Add(new CityCorrection { CityId = id, IsLocal = true, Changes = ToDocument(Row(id, countryId.Value, values)) });
        await context.SaveChangesAsync(cancellationToken);
        return (id, []);
    }

    /// <summary>What the database alone can say is wrong.</summary>
    private async Task<Dictionary<string, string[]>> FindErrorsAsync(
        CityValuesResponse city, CityPatch patch, int countryId, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (patch.Has("regionId") || patch.Has("subregionId"))
        {
            if (city.RegionId is { } region
                && !await context.Regions.AnyAsync(each => each.Id == region && each.CountryId == countryId, cancellationToken))
            {
                errors["regionId"] = ["The country has no such region."];
            }
            else if (city.SubregionId is { } subregion
                && !await context.Subregions.AnyAsync(
                    each => each.Id == subregion && each.CountryId == countryId && each.RegionId == city.RegionId, cancellationToken))
            {
                errors["subregionId"] = ["The region has no such subregion: give one of the region, or null."];
            }
        }

        if (patch.Has("timezone") && city.Timezone is { } timezone
            && !await context.TimeZones.AnyAsync(each => each.Id == timezone, cancellationToken)
            && !(TimeZoneInfo.TryFindSystemTimeZoneById(timezone, out var zone) && zone.HasIanaId))
        {
            errors["timezone"] = ["There is no such time zone."];
        }

        return errors;
    }

    private Task<string> ToAsciiAsync(string name, CancellationToken cancellationToken) =>
        context.Database.SqlQuery<string>($"SELECT unaccent({name}) AS \"Value\"").SingleAsync(cancellationToken);

    /// <summary>Keeps what is corrected; nothing is written where it is what was.</summary>
    private async Task SetAsync(CityState state, JsonObject changes, CancellationToken cancellationToken)
    {
        if (JsonNode.DeepEquals(changes, Changes(state)))
            return;
        if (changes.Count == 0)
            context.CityCorrections.Remove(state.Correction!);
        else if (state.Correction is { } correction)
            correction.Changes = ToDocument(changes);
        else
            context.CityCorrections.Add(new CityCorrection { CityId = state.Response.Id, Changes = ToDocument(changes) });
        await context.SaveChangesAsync(cancellationToken);
        // The trigger has changed more than EF Core knows of.
        context.ChangeTracker.Clear();
    }

    private static JsonObject Changes(CityState state) =>
        state.Correction is { } correction ? JsonObject.Create(correction.Changes.RootElement.Clone())! : [];

    private static JsonObject Row(int id, int countryId, CityValuesResponse city)
    {
        var row = new JsonObject { ["country_id"] = countryId };
        foreach (var member in CityMember.All)
            row[member.Column] = member.ToColumn(city);
        return WithSlug(row, id);
    }

    /// <summary>The slug goes with the name that it is made of.</summary>
    private static JsonObject WithSlug(JsonObject row, int id)
    {
        if (row.TryGetPropertyValue("ascii_name", out var name))
            row["slug"] = Slug.Of(name!.GetValue<string>(), id);
        else
            row.Remove("slug");
        return row;
    }

    private static JsonDocument ToDocument(JsonObject row) => JsonDocument.Parse(row.ToJsonString());
}
