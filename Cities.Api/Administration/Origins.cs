namespace Cities.Api.Administration;

/// <summary>Where a city, or a name, comes from: as GeoNames has it, corrected by an editor, or added by one.</summary>
internal static class Origins
{
    public const string GeoNames = "geonames";
    public const string Corrected = "corrected";
    public const string Local = "local";
}
