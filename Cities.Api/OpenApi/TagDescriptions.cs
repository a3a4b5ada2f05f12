namespace Cities.Api.OpenApi;

/// <summary>The descriptions of the tags in the OpenAPI documents. A tag groups the operations of a feature.</summary>
internal static class TagDescriptions
{
    private static readonly Dictionary<string, string> All = new()
    {
        ["Administration"] = "Corrections, local places and names, the audit log, and import jobs.",
        ["Cities"] = "Populated places: lists, one city, and the cities near a point or within a polygon.",
        ["Continents"] = "Continents.",
        ["Countries"] = "Countries and dependent territories.",
        ["Districts"] = "Sections of cities.",
        ["Geography"] = "Reverse geocoding, distances and time zones.",
        ["OGC API – Features"] = "Cities and postal codes by the standard OGC API – Features, for geographic software.",
        ["Operations"] = "The numbers of places, and the history of imports.",
        ["Places"] = "Places of all types by their GeoNames ids, with their hierarchy and names.",
        ["Postal codes"] = "Postal codes and their places.",
        ["Regions"] = "First-order administrative divisions of countries.",
        ["Search"] = "Search for places of all types by name or postal code.",
        ["Subregions"] = "Second-order administrative divisions of countries.",
        ["Tiles"] = "Vector tiles of cities, for maps.",
    };

    /// <summary>Describes a tag.</summary>
    /// <exception cref="KeyNotFoundException">The tag has no description.</exception>
    public static string Of(string tag) => All[tag];
}
