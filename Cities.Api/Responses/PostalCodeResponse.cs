using System.Text.Json.Serialization;

namespace Cities.Api.Responses;

/// <summary>A postal code and a place that uses it.</summary>
/// <param name="Id">Key of the row: stable from import to import.</param>
/// <param name="Code">The code as it is written.</param>
/// <param name="PlaceName">Name of the place.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Region">Name of the first-order division, or null.</param>
/// <param name="Subregion">Name of the second-order division, or null.</param>
/// <param name="District">Name of the third-order division, or null.</param>
/// <param name="Location">Where it is, or null where that is not known.</param>
/// <param name="Accuracy">How exact the location is, from 1 (estimated) to 6 (centroid of the addresses), or null.</param>
/// <param name="Distance">Geodesic distance in metres from the point that was asked for; absent where there was none.</param>
public sealed record PostalCodeResponse(
    string Id,
    string Code,
    string PlaceName,
    string CountryCode,
    string? Region,
    string? Subregion,
    string? District,
    LocationResponse? Location,
    int? Accuracy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Distance = null)
{
    internal static PostalCodeResponse Example { get; } = new(
        "-4611686018427387904", "WC1E", "Bloomsbury", "GB", "England", "Greater London", "Camden", new LocationResponse(-0.1306, 51.5226), 4);

    internal static PostalCodeResponse ExampleNear { get; } = Example with { Distance = 1710.2 };
}
