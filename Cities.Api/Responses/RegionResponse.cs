namespace Cities.Api.Responses;

/// <summary>A first-order administrative division.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Code">GeoNames' admin1 code, unique within the country.</param>
/// <param name="Name">Name in Latin letters, as people of the region write it.</param>
/// <param name="Country">Name of the country it belongs to.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
public sealed record RegionResponse(int Id, string Code, string Name, string Country, string CountryCode)
{
    internal static RegionResponse Example { get; } = new(6269131, "ENG", "England", "United Kingdom", "GB");
}
