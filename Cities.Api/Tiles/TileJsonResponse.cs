using System.Text.Json.Serialization;

namespace Cities.Api.Tiles;

/// <summary>A description of tiles (TileJSON 3.0.0).</summary>
/// <param name="TileJson">The version of TileJSON.</param>
/// <param name="Name">Name of the tiles.</param>
/// <param name="Description">What they hold.</param>
/// <param name="Attribution">Whose the data is, as HTML.</param>
/// <param name="Scheme">How tiles are counted: xyz, from the north-west.</param>
/// <param name="Tiles">Templates of the tiles' addresses.</param>
/// <param name="MinZoom">The least zoom.</param>
/// <param name="MaxZoom">The greatest zoom; maps enlarge its tiles beyond it.</param>
/// <param name="Bounds">Where the cities are: west, south, east, north in degrees.</param>
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
/// <param name="Id">Its name.</param>
/// <param name="Description">What it holds.</param>
/// <param name="MinZoom">The least zoom that has it.</param>
/// <param name="MaxZoom">The greatest zoom that has it.</param>
/// <param name="Fields">The attributes of its features, with what they are.</param>
public sealed record VectorLayerResponse(
    string Id,
    string Description,
    [property: JsonPropertyName("minzoom")] int MinZoom,
    [property: JsonPropertyName("maxzoom")] int MaxZoom,
    IReadOnlyDictionary<string, string> Fields);
