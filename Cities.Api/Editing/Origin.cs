using System.Text.Json.Serialization;

namespace Cities.Api.Editing;

/// <summary>The source of a city or of a name.</summary>
public enum Origin
{
    /// <summary>GeoNames.</summary>
    [JsonStringEnumMemberName("geonames")]
    GeoNames,

    /// <summary>GeoNames, with corrections by an editor.</summary>
    Corrected,

    /// <summary>An editor, who has added the place or name.</summary>
    Local,
}
