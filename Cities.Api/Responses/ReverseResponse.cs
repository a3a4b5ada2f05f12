namespace Cities.Api.Responses;

/// <summary>The city nearest to a point.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name, in the language asked for where GeoNames has one.</param>
/// <param name="Region">Name of the first-order administrative division, or null where GeoNames names none.</param>
/// <param name="Location">Where the city is.</param>
/// <param name="Country">English name of the country.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Subregion">Name of the second-order administrative division, or null where GeoNames names none.</param>
/// <param name="Population">Number of inhabitants; 0 where GeoNames does not know it.</param>
/// <param name="Timezone">IANA time zone id, or null where GeoNames does not know it.</param>
/// <param name="Distance">Geodesic distance of the city from the point, in metres.</param>
public sealed record ReverseResponse(
    int Id,
    string Name,
    string? Region,
    LocationResponse Location,
    string Country,
    string CountryCode,
    string? Subregion,
    long Population,
    string? Timezone,
    double Distance)
{
    internal static ReverseResponse Example { get; } = new(
        2643743, "London", "England", new LocationResponse(-0.12574, 51.50853), "United Kingdom", "GB", "Greater London", 8961989,
        "Europe/London", 197.4);
}
