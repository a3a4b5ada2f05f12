namespace Cities.Api.Administration;

/// <summary>The names of <see cref="Data.Entities.CityOrigin"/> in answers.</summary>
internal static class Origins
{
    public const string GeoNames = "geonames";
    public const string Corrected = "corrected";
    public const string Local = "local";
}
