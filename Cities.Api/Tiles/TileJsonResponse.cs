using System.Text.Json.Serialization;

namespace Cities.Api.Tiles;

/// <summary>A description of tiles (TileJSON 3.0.0).</summary>
/// <param name="TileJson">The version of TileJSON.</param>
/// <param name="Name">The name of the tiles.</param>
/// <param name="Description">The content of the tiles.</param>
/// <param name="Attribution">The attribution of the data, as HTML.</param>
/// <param name="Scheme">The numbering scheme of the tiles: xyz, which starts in the north-west.</param>
/// <param name="Tiles">The URL templates of the tiles.</param>
/// <param name="MinZoom">The minimum zoom level.</param>
/// <param name="MaxZoom">The maximum zoom level. For higher levels, maps enlarge the tiles of this level.</param>
/// <param name="Bounds">The bounding box of the cities: west, south, east, north in degrees.</param>
/// <param name="VectorLayers">The layers of the tiles.</param>
public sealed record TileJsonResponse(
    [property: JsonPropertyName("tilejson")] string TileJson,
    string Name,
    string Description,
    string Attribution,
    string Scheme,
    IReadOnlyList<string> Tiles,
    [property: JsonPropertyName("minzoom")] int MinZoom,
    [property: JsonPropertyName("maxzoom")] int MaxZoom,
    IReadOnlyList<double> Bounds,
    [property: JsonPropertyName("vector_layers")] IReadOnlyList<VectorLayerResponse> VectorLayers);

/// <summary>A layer of vector tiles.</summary>
/// <param name="Id">The name of the layer.</param>
/// <param name="Description">The content of the layer.</param>
/// <param name="MinZoom">The minimum zoom level of the layer.</param>
/// <param name="MaxZoom">The maximum zoom level of the layer.</param>
/// <param name="Fields">The descriptions of the features' attributes, by name.</param>
public sealed record VectorLayerResponse(
    string Id,
    string Description,
    [property: JsonPropertyName("minzoom")] int MinZoom,
    [property: JsonPropertyName("maxzoom")] int MaxZoom,
    IReadOnlyDictionary<string, string> Fields);
