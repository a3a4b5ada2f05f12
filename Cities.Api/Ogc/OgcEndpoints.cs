using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>
/// OGC API – Features for maps and geographic information systems: Part 1: Core 1.0.1 (OGC 17-069r4), Part 2:
/// Coordinate Reference Systems by Reference 1.0.1 (OGC 18-058r1), Part 3: Filtering 1.0 (OGC 19-079r2) with CQL2 1.0
/// (OGC 21-065r2), and Part 5: Schemas 1.0 (OGC 23-058).
/// </summary>
internal static class OgcEndpoints
{
    public const string Root = "/ogc";
    public const string Json = "application/json";

    private const string Title = "Cities";

    private const string Description =
        "The world's cities and postal codes from GeoNames, with OGC API – Features.";

    private const string Attribution = "GeoNames, CC BY 4.0";
    private const string Definition = "application/vnd.oai.openapi+json;version=3.0";

    private static readonly string[] Classes =
    [
        .. ClassesOf("ogcapi-features-1", "core", "oas30", "html", "geojson"),
        .. ClassesOf("ogcapi-features-2", "crs"),
        .. ClassesOf("ogcapi-features-3", "queryables", "queryables-query-parameters", "filter", "features-filter"),
        .. ClassesOf("ogcapi-features-5", "schemas", "core-roles-features", "sortables"),
        .. ClassesOf(
            "cql2",
            "basic-cql2",
            "advanced-comparison-operators",
            "property-property",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "cql2-text",
            "cql2-json"),
    ];

    public static void MapOgc(this IEndpointRouteBuilder endpoints)
    {
        var ogc = endpoints.MapGroup(Root).WithTags("OGC API – Features").WithCommonResponses().WithHttpCaching();
        ogc.AddEndpointFilter(async (context, next) =>
        {
            var request = context.HttpContext.Request;
            var parameters = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<OgcParameters>();
            parameters?.Check(request.Query);
            var isPage = parameters?.Formats is { } formats && Format(request, formats) is FeatureFormat.Html;
            var result = await next(context);
            return isPage && result is IResult and not RedirectHttpResult ? new OgcPageResult((IResult)result) : result;
        });
        ogc.MapGet("", LandingPage)
            .WithName("getLandingPage")
            .WithSummary("Get the landing page")
            .WithDescription(
                "Links to the definition of this API, to its conformance declaration and to the collections.")
            .WithMetadata(OgcParameters.OfMetadata)
            .WithExample(LandingPageOf("https://example.com"));
        ogc.MapGet("/api", ApiAsync).WithMetadata(OgcParameters.OfMetadata).ExcludeFromDescription();
        ogc.MapGet("/conformance", Conformance)
            .WithName("getConformanceDeclaration")
            .WithSummary("Get the conformance declaration")
            .WithDescription("The conformance classes of OGC API – Features that this API implements.")
            .WithMetadata(OgcParameters.OfMetadata)
            .WithExample(new ConformanceResponse(Classes));
        ogc.MapGet("/collections", CollectionsAsync)
            .WithName("getCollections")
            .WithSummary("List the feature collections")
            .WithDescription("The feature collections, with their extents.")
            .WithMetadata(OgcParameters.OfMetadata)
            .WithExample(new CollectionsResponse(
                [new("https://example.com/ogc/collections", "self", Json)],
                [
                    CollectionOf(
                        OgcCollection.All[0], "https://example.com", new Extent(-179.12, -77.85, 179.36, 78.22)),
                ]));
        foreach (var source in OgcCollection.All)
        {
            var collection = ogc.MapGroup($"/collections/{source.Id}");
            var name = char.ToUpperInvariant(source.Id[0])
                + source.Id[1..].Replace("-c", "C", StringComparison.Ordinal);
            var title = source.Collection.Title.ToLowerInvariant();
            collection.MapGet("", (HttpContext context, Extents extents) => CollectionAsync(source, context, extents))
                .WithName($"describe{name}")
                .WithSummary($"Describe the collection of {title}")
                .WithDescription(
                    $"{source.Collection.Description} The answer contains their extent, and links to them.")
                .WithMetadata(OgcParameters.OfMetadata)
                .WithExample(CollectionOf(source, "https://example.com", new Extent(-179.12, -77.85, 179.36, 78.22)));
            foreach (var kind in OgcSchemas.All)
            {
                var hasGeoJson = kind == OgcSchemas.Schema;
                collection
                    .MapGet($"/{kind.Path}", (HttpRequest request) => SchemaOf(source, kind, request))
                    .WithName($"get{name}{char.ToUpperInvariant(kind.Path[0])}{kind.Path[1..]}")
                    .WithSummary($"Get the {kind.Path} of {title}")
                    .WithDescription(
                        $"{kind.Title} of {title}, as JSON Schema."
                        + (hasGeoJson ? " With f=geojson, the schema is that of a feature as GeoJSON." : ""))
                    .Produces<JsonObject>(StatusCodes.Status200OK, OgcSchemas.MediaType)
                    .WithMetadata(hasGeoJson ? OgcParameters.OfSchema : OgcParameters.OfMetadata)
                    .WithExample(OgcSchemas.Make(
                        source, kind, $"https://example.com{Root}/collections/{source.Id}/{kind.Path}"));
            }

            collection
                .MapGet(
                    "/items",
                    (HttpRequest request, FeatureResults results) => OgcItems.List(source, request, results))
                .WithName($"get{name}")
                .WithSummary($"Get {title} as features")
                .WithDescription(
                    "The features that meet all conditions, as GeoJSON, ordered by id or by the property in sortby. "
                    + "The first page contains their number. The links next and prev lead to the next and the previous "
                    + "page.")
                .WithMetadata(
                    OgcParameters.OfItems(source),
                    new FeatureMetadata(source.Collection, IsList: true, IsOgc: true));
            collection
                .MapGet(
                    "/items/{featureId}",
                    (
                        [Description("Id of the feature.")] string featureId,
                        HttpRequest request,
                        FeatureResults results) =>
                        OgcItems.Get(source, featureId, request, results))
                .WithName($"get{name}Feature")
                .WithSummary($"Get one of the {title} as a feature")
                .WithDescription("One feature by its id, as GeoJSON.")
                .WithMetadata(
                    OgcParameters.OfItem, new FeatureMetadata(source.Collection, IsList: false, IsOgc: true))
                .ProducesNotFound();
        }
    }

    private static Ok<LandingPageResponse> LandingPage(HttpRequest request)
    {
        var page = LandingPageOf(request.AddressOf("/").TrimEnd('/'));
        return TypedResults.Ok(page with { Links = [.. SelfLinks(request), .. page.Links.Skip(1)] });
    }

    private static LandingPageResponse LandingPageOf(string root) => new(
        Title,
        Description,
        Attribution,
        [
            new($"{root}{Root}", "self", Json),
            new($"{root}{Root}/api", "service-desc", Definition, "The definition of this API"),
            new($"{root}/scalar", "service-doc", "text/html", "The reference of this and the other APIs"),
            new($"{root}{Root}/conformance", "conformance", Json, "The conformance declaration"),
            new($"{root}{Root}/collections", "data", Json, "The collections"),
            Licence,
        ]);

    private static LinkResponse Licence { get; } =
        new("https://creativecommons.org/licenses/by/4.0/", "license", "text/html", "CC BY 4.0");

    /// <summary>The links to a resource: as JSON and as a page.</summary>
    private static IEnumerable<LinkResponse> SelfLinks(HttpRequest request) =>
    [
        LinkResponse.Self(request, Json),
        new(request.AddressWith(("f", FeatureFormat.Html.Name())), "alternate", FeatureFormat.Html.MediaType()),
    ];

    private static IEnumerable<string> ClassesOf(string standard, params IEnumerable<string> names) =>
        names.Select(name => $"http://www.opengis.net/spec/{standard}/1.0/conf/{name}");

    /// <summary>Chooses the format of a resource that is not a feature; JSON if the client accepts neither.</summary>
    private static FeatureFormat Format(HttpRequest request, FeatureFormat[] offered) =>
        Negotiation.Of(request, request.Query["f"], offered, "Accept").Chosen ?? offered[0];

    private static ContentHttpResult SchemaOf(OgcCollection source, OgcSchemas.Kind kind, HttpRequest request)
    {
        var address = request.AddressOf($"{Root}/collections/{source.Id}/{kind.Path}");
        var isGeoJson = request.Query["f"] == FeatureFormat.GeoJson.Name();
        var schema = isGeoJson ? OgcSchemas.MakeGeoJson(source, address) : OgcSchemas.Make(source, kind, address);
        return TypedResults.Text(schema.ToJsonString(), OgcSchemas.MediaType);
    }

    private static async Task<Results<ContentHttpResult, RedirectHttpResult>> ApiAsync(
        HttpContext httpContext, [FromKeyedServices(OgcDocumentation.DocumentName)] IOpenApiDocumentProvider provider)
    {
        if (Format(httpContext.Request, OgcParameters.MetadataFormats) is FeatureFormat.Html)
            return TypedResults.Redirect(httpContext.Request.AddressOf("/scalar"));
        var document = await provider.GetOpenApiDocumentAsync(httpContext.RequestAborted);
        document.Servers = [new OpenApiServer { Url = httpContext.Request.AddressOf(Root) }];
        return TypedResults.Text(
            await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, httpContext.RequestAborted), Definition);
    }

    private static Ok<ConformanceResponse> Conformance() => TypedResults.Ok(new ConformanceResponse(Classes));

    private static async Task<Ok<CollectionsResponse>> CollectionsAsync(
        HttpContext context, Extents extents)
    {
        var root = context.Request.AddressOf("/").TrimEnd('/');
        var found = await extents.GetAsync(context, [.. OgcCollection.All.Select(source => source.Collection)]);
        return TypedResults.Ok(new CollectionsResponse(
            [.. SelfLinks(context.Request), Licence],
            [.. OgcCollection.All.Zip(found, (source, extent) => CollectionOf(source, root, extent))]));
    }

    private static async Task<Ok<CollectionResponse>> CollectionAsync(
        OgcCollection source, HttpContext context, Extents extents) =>
        TypedResults.Ok(CollectionOf(
            source,
            context.Request.AddressOf("/").TrimEnd('/'),
            (await extents.GetAsync(context, source.Collection))[0]));

    private static CollectionResponse CollectionOf(OgcCollection source, string root, Extent? extent)
    {
        var address = $"{root}{Root}/collections/{source.Id}";
        return new CollectionResponse(
            source.Id,
            source.Collection.Title,
            source.Collection.Description,
            Attribution,
            extent is null
                ? null
                : new ExtentResponse(new SpatialExtentResponse(
                    [[extent.West, extent.South, extent.East, extent.North]], CoordinateSystem.Crs84.Uri)),
            "feature",
            [.. CoordinateSystem.All.Select(system => system.Uri)],
            CoordinateSystem.Crs84.Uri,
            [
                new(address, "self", Json),
                new($"{address}?f=html", "alternate", FeatureFormat.Html.MediaType()),
                // Clients append the id of a feature to the address of the first, which therefore has no parameters.
                .. OgcItems.Formats.Select((format, index) => new LinkResponse(
                    index == 0 ? $"{address}/items" : $"{address}/items?f={format.Name()}",
                    "items",
                    format.MediaType(),
                    source.Collection.Title)),
                .. OgcSchemas.All.Select(kind => new LinkResponse(
                    $"{address}/{kind.Path}", kind.Relation, OgcSchemas.MediaType, kind.Title)),
                // The relation is written as in the standard: GDAL distinguishes capital letters.
                new($"{address}/schema?f=geojson", "describedBy", OgcSchemas.MediaType, "Schema of a GeoJSON feature"),
                Licence,
            ]);
    }
}
