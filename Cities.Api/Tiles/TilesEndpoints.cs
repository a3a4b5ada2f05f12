using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Tiles;

/// <summary>Vector tiles for maps.</summary>
internal static class TilesEndpoints
{
    /// <summary>The media type that is registered with IANA.</summary>
    public const string MediaType = "application/vnd.mapbox-vector-tile";

    /// <summary>The maximum latitude of Web Mercator, in degrees.</summary>
    private const double MaximumLatitude = 85.0511;

    private static readonly string[] Fields = ["id", "name", "population", "countryCode", "featureCode"];

    public static void MapTiles(this IEndpointRouteBuilder endpoints)
    {
        var tiles = endpoints.MapGroup("/tiles").WithTags("Tiles").WithCommonResponses().WithHttpCaching();
        tiles.MapGet("/cities.json", DescribeAsync)
            .WithName("describeCityTiles")
            .WithSummary("Describe the tiles of cities")
            .WithDescription("The URLs and the content of the tiles, for map software (TileJSON 3.0.0).")
            .WithExample(Describe(
                "https://example.com/tiles/cities/{z}/{x}/{y}.mvt", new Extent(-179.12, -77.85, 179.36, 78.22)));
        tiles.MapGet("/cities/{z:int}/{x:int}/{y:int}.mvt", GetAsync)
            .WithName("getCityTile")
            .WithSummary("Get a tile of cities")
            .WithDescription(
                "A Mapbox Vector Tile 2.1 in Web Mercator with the layer 'cities'. Its features have id, name, "
                + "population, countryCode and featureCode. The largest cities come first. Tiles of zoom level "
                + $"{CityTile.MaximumZoom} contain all cities that meet the conditions. Tiles of lower levels contain "
                + "the largest of these in each part of the tile. The answer for a tile without cities has no content "
                + "(204).")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaType)
            .ProducesNotFound();
    }

    private static async Task<Ok<TileJsonResponse>> DescribeAsync(
        [AsParameters] TileRequest tiles,
        HttpContext context,
        Extents extents)
    {
        var request = context.Request;
        var address = UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, "/tiles/cities/");
        return TypedResults.Ok(Describe(
            address + "{z}/{x}/{y}.mvt" + tiles.ToQueryString(),
            (await extents.GetAsync(context, CityCollections.Cities))[0]));
    }

    private static TileJsonResponse Describe(string address, Extent? extent) => new(
        "3.0.0",
        "Cities",
        CityCollections.Cities.Description,
        "<a href=\"https://www.geonames.org/\">GeoNames</a>, "
            + "<a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>",
        "xyz",
        [address],
        0,
        CityTile.MaximumZoom,
        extent is null
            ? [-180, -MaximumLatitude, 180, MaximumLatitude]
            :
            [
                extent.West,
                Math.Clamp(extent.South, -MaximumLatitude, MaximumLatitude),
                extent.East,
                Math.Clamp(extent.North, -MaximumLatitude, MaximumLatitude),
            ],
        [
            new VectorLayerResponse(
                CityTile.Layer,
                CityCollections.Cities.Description,
                0,
                CityTile.MaximumZoom,
                Fields.ToDictionary(
                    name => name,
                    name => CityCollections.Cities.Fields.Single(field => field.Name == name).Description)),
        ]);

    private static async Task<Results<FileContentHttpResult, NoContent, NotFound>> GetAsync(
        [Description("Zoom level, from 0."), Example("6")] int z,
        [Description("Column of the tile, starting with 0 in the west."), Example("31")] int x,
        [Description("Row of the tile, starting with 0 in the north."), Example("21")] int y,
        [AsParameters] TileRequest tiles,
        HttpContext context,
        Snapshots snapshots,
        CancellationToken cancellationToken)
    {
        if (!CityTile.Exists(z, x, y))
            return TypedResults.NotFound();
        // Only the parameter sets the languages, and not Accept-Language, so that all maps share the cached tiles.
        var languages = tiles.Lang is null
            ? null
            : new FeatureRequest { Request = context.Request, Lang = tiles.Lang }.Languages().ToList();
        await using var snapshot = await snapshots.OpenAsync(
            context, CityTile.Query(tiles.ToQuery(), z, x, y, languages));
        await snapshot.Reader.ReadAsync(cancellationToken);
        var tile = snapshot.Reader.GetFieldValue<byte[]>(0);
        return tile.Length == 0 ? TypedResults.NoContent() : TypedResults.Bytes(tile, MediaType);
    }
}

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
