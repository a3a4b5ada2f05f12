using System.ComponentModel;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>
/// OGC API – Features – Part 1: Core 1.0.1 (OGC 17-069r4), for maps and geographic information systems.
/// </summary>
internal static class OgcEndpoints
{
    public const string Root = "/ogc";
    public const string Json = "application/json";

    private const string Title = "Cities";

    private const string Description =
        "The world's cities and postal codes from GeoNames, with OGC API – Features.";

    private const string Attribution = "GeoNames, CC BY 4.0";
    private const string Crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    private const string Definition = "application/vnd.oai.openapi+json;version=3.0";

    private static readonly string[] Classes =
    [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    ];

    public static void MapOgc(this IEndpointRouteBuilder endpoints)
    {
        var ogc = endpoints.MapGroup(Root).WithTags("OGC API – Features").WithCommonResponses();
        ogc.AddEndpointFilter((context, next) =>
        {
            var request = context.HttpContext.Request;
            var parameters = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<OgcParameters>();
            parameters?.Check(request.Query);
            if (parameters == OgcParameters.OfMetadata)
                Negotiation.Of(request, request.Query["f"], [FeatureFormat.Json], "Accept");
            return next(context);
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
            collection
                .MapGet(
                    "/items",
                    (HttpRequest request, FeatureResults results) => OgcItems.List(source, request, results))
                .WithName($"get{name}")
                .WithSummary($"Get {title} as features")
                .WithDescription(
                    "The features that meet all conditions, as GeoJSON, ordered by id. The first page contains their "
                    + "number. The links next and prev lead to the next and the previous page.")
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
        return TypedResults.Ok(page with { Links = [LinkResponse.Self(request, Json), .. page.Links.Skip(1)] });
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

    private static async Task ApiAsync(
        HttpContext httpContext, [FromKeyedServices(OgcDocumentation.DocumentName)] IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync(httpContext.RequestAborted);
        document.Servers = [new OpenApiServer { Url = httpContext.Request.AddressOf(Root) }];
        httpContext.Response.ContentType = Definition;
        await httpContext.Response.WriteAsync(
            await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, httpContext.RequestAborted),
            httpContext.RequestAborted);
    }

    private static Ok<ConformanceResponse> Conformance() => TypedResults.Ok(new ConformanceResponse(Classes));

    private static async Task<Ok<CollectionsResponse>> CollectionsAsync(
        HttpContext context, Extents extents)
    {
        var root = context.Request.AddressOf("/").TrimEnd('/');
        var found = await extents.GetAsync(context, [.. OgcCollection.All.Select(source => source.Collection)]);
        return TypedResults.Ok(new CollectionsResponse(
            [LinkResponse.Self(context.Request, Json), Licence],
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
                    [[extent.West, extent.South, extent.East, extent.North]], Crs84)),
            "feature",
            [Crs84],
            [
                new(address, "self", Json),
                .. OgcItems.Formats.Select(format => new LinkResponse(
                    $"{address}/items?f={format.Name()}",
                    "items",
                    format.MediaType(),
                    source.Collection.Title)),
                Licence,
            ]);
    }
}
