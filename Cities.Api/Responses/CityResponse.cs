using System.Text.Json.Serialization;

namespace Cities.Api.Responses;

/// <summary>A populated place, with the fields that are answered where the caller names none.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
/// <param name="Region">Name of the first-order administrative division, or null where GeoNames names none.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Distance">Geodesic distance in metres from the point that was asked for; absent where there was none.</param>
/// <param name="Origin">Where it comes from: geonames, corrected or local; of a single city.</param>
public sealed record CityResponse(
    int Id,
    string Name,
    string? Region,
    LocationResponse Location,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Distance = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Origin = null)
{
    internal static CityResponse Example { get; } =
        new(2643743, "London", "England", new LocationResponse(-0.12574, 51.50853));

    internal static CityResponse ExampleOfOne { get; } = Example with { Origin = "geonames" };

    internal static CityResponse ExampleNear { get; } = Example with { Distance = 197.4 };
}
