namespace Cities.Api.Responses;

/// <summary>A second-order administrative division.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Code">GeoNames' admin2 code, unique within the region.</param>
/// <param name="Name">Name in Latin letters, as people of the subregion write it.</param>
/// <param name="Region">Name of the region it belongs to, or null where GeoNames lists none.</param>
/// <param name="Country">Name of the country it belongs to.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
public sealed record SubregionResponse(
    int Id, string Code, string Name, string? Region, string Country, string CountryCode)
{
    internal static SubregionResponse Example { get; } =
        new(2648110, "GLA", "Greater London", "England", "United Kingdom", "GB");
}
