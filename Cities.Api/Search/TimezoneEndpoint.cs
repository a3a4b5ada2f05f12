namespace Cities.Api.Search;

/// <summary>The endpoint for the time zone at a point.</summary>
internal static class TimezoneEndpoint
{
    public static void MapTimezone(this IEndpointRouteBuilder api) =>
        api.MapGet("/timezone", GetAsync)
            .WithTags("Geography")
            .WithName("timezone")
            .WithSummary("Find the time zone at a point")
            .WithDescription(
                "The time zone of the city nearest to a point, with its current offset and local time. GeoNames has no "
                + "borders of time zones, so that the answer can be wrong near a border and at sea. It names the city "
                + "and its distance.")
            .WithExample(TimezoneResponse.Example)
            .ProducesNotFound();

    private static async Task<Results<Ok<TimezoneResponse>, NotFound>> GetAsync(
        [AsParameters] PointRequest point, HttpContext context, Sql sql)
    {
        var nearest = new FeatureQuery(CityCollections.Cities)
            .Where($"city.timezone IS NOT NULL")
            .Near(point.Lon!.Value, point.Lat!.Value)
            .Select("id,name,countryCode,location,timezone,distance")
            .OrderByDistance();
        string timezone;
        NearestPlaceResponse place;
        await using (var reader = await sql.OpenAsync([nearest.ToPage(limit: 1)], context.RequestAborted))
        {
            if (!await reader.ReadAsync(context.RequestAborted))
                return TypedResults.NotFound();
            timezone = reader.GetString(5);
            place = new NearestPlaceResponse(
                reader.GetInt32(0),
                reader.GetString(1),
                reader.GetOptionalString(2),
                new LocationResponse(reader.GetDouble(3), reader.GetDouble(4)),
                Math.Round(reader.GetDouble(6), 3));
        }

        var now = await NowAsync(sql, timezone, context.RequestAborted);
        return TypedResults.Ok(new TimezoneResponse(
            timezone, now?.ToString("zzz", CultureInfo.InvariantCulture), now, place));
    }

    /// <summary>
    /// Reads the current time in a time zone, to the second. The server has the rules of time zones; the image of the
    /// API has none.
    /// </summary>
    /// <returns>The time, or null if the server does not know the time zone.</returns>
    private static async Task<DateTimeOffset?> NowAsync(Sql sql, string timezone, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await sql.OpenAsync(
                [
                    $"""
                    SELECT date_trunc('second', now() AT TIME ZONE 'UTC'),
                      date_trunc('second', now() AT TIME ZONE {timezone})
                    """,
                ],
                cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (utc, local) = (reader.GetDateTime(0), reader.GetDateTime(1));
            return new DateTimeOffset(local, local - utc);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidParameterValue)
        {
            return null;
        }
    }
}

/// <summary>A time zone, from the place nearest to a point.</summary>
/// <param name="Timezone">IANA time zone id.</param>
/// <param name="Offset">
/// The current offset from UTC, such as +01:00; null if the database does not know the time zone.
/// </param>
/// <param name="LocalTime">The current local time (RFC 3339); null if the offset is.</param>
/// <param name="Place">The city that the time zone is taken from.</param>
public sealed record TimezoneResponse(
    string Timezone, string? Offset, DateTimeOffset? LocalTime, NearestPlaceResponse Place)
{
    internal static TimezoneResponse Example { get; } = new(
        "Europe/London",
        "+01:00",
        new DateTimeOffset(2026, 7, 1, 13, 30, 0, TimeSpan.FromHours(1)),
        new NearestPlaceResponse(2643743, "London", "GB", new LocationResponse(-0.12574, 51.50853), 197.4));
}

/// <summary>The place nearest to a point.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Location">Position in EPSG:4326.</param>
/// <param name="Distance">Geodesic distance in metres from the requested point.</param>
public sealed record NearestPlaceResponse(
    int Id, string Name, string? CountryCode, LocationResponse Location, double Distance);
