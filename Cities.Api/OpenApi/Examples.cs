namespace Cities.Api.OpenApi;

/// <summary>Adds examples and responses to the metadata of endpoints, for the OpenAPI document.</summary>
internal static class Examples
{
    public static Page<T> PageOf<T>(T result) => new(1, null, null, [result]);

    /// <summary>Adds an example of the answer to an endpoint.</summary>
    public static RouteHandlerBuilder WithExample<T>(this RouteHandlerBuilder endpoint, T response)
        where T : class =>
        endpoint.WithMetadata(new ResponseExample(response));

    /// <summary>Describes the answers to a body that is too large, or of the wrong media type.</summary>
    public static RouteHandlerBuilder ProducesBodyProblems(this RouteHandlerBuilder endpoint) =>
        endpoint
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Describes the answer of an endpoint: a page of features.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="collection">The collection of the features.</param>
    /// <param name="further">Fields of the example that are not default ones.</param>
    public static RouteHandlerBuilder ProducesFeatures(
        this RouteHandlerBuilder endpoint, Collection collection, params IReadOnlyList<string> further) =>
        endpoint.WithMetadata(new FeatureMetadata(collection, IsList: true) { ExampleFields = further });

    /// <summary>Describes the answer of an endpoint: one feature.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="collection">The collection of the feature.</param>
    /// <param name="further">Fields of the example that are not default ones.</param>
    public static RouteHandlerBuilder ProducesFeature(
        this RouteHandlerBuilder endpoint, Collection collection, params IReadOnlyList<string> further) =>
        endpoint.WithMetadata(new FeatureMetadata(collection, IsList: false) { ExampleFields = further });

    /// <summary>Describes the answer of an endpoint: a feature or an error for each item of the request.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="collection">The collection of the features.</param>
    /// <param name="further">Fields of the example that are not default ones.</param>
    public static RouteHandlerBuilder ProducesBatch(
        this RouteHandlerBuilder endpoint, Collection collection, params IReadOnlyList<string> further) =>
        endpoint.WithMetadata(
            new FeatureMetadata(collection, IsList: true) { IsBatch = true, ExampleFields = further });

    /// <summary>Adds an example of the request body to an endpoint.</summary>
    public static RouteHandlerBuilder WithBodyExample(this RouteHandlerBuilder endpoint, string json) =>
        endpoint.WithMetadata(new BodyExample(json));

    /// <summary>Adds the answer 404 to an endpoint.</summary>
    public static TBuilder ProducesNotFound<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(
            StatusCodes.Status404NotFound, typeof(ProblemDetails), ["application/problem+json"]));

    /// <summary>
    /// Adds the answers that all endpoints have in common to a group, and the check that names invalid parameters.
    /// </summary>
    public static RouteGroupBuilder WithCommonResponses(this RouteGroupBuilder group) =>
        UnreadableParameters.AddTo(group)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

/// <summary>The features of an endpoint's answer.</summary>
/// <param name="Collection">The collection of the features.</param>
/// <param name="IsList">Whether the answer is a page of features.</param>
/// <param name="IsOgc">Whether the endpoint belongs to OGC API – Features.</param>
internal sealed record FeatureMetadata(Collection Collection, bool IsList, bool IsOgc = false)
{
    /// <summary>Fields of the example that are not default ones.</summary>
    public IReadOnlyList<string> ExampleFields { get; init; } = [];

    /// <summary>Whether the answer has a feature or an error for each item of the request.</summary>
    public bool IsBatch { get; init; }

    /// <summary>The formats of the answer.</summary>
    public IReadOnlyList<FeatureFormat> Formats =>
        IsBatch ? FeatureFormats.Batch : IsOgc ? OgcItems.Formats : IsList ? FeatureFormats.All : FeatureFormats.Single;
}

/// <summary>The example of an endpoint's body.</summary>
internal sealed record BodyExample(string Json);

/// <summary>The example of an endpoint's answer.</summary>
internal sealed record ResponseExample(object Response);

/// <summary>The example of a parameter in the OpenAPI document.</summary>
/// <param name="value">The value in the URL.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class ExampleAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}
