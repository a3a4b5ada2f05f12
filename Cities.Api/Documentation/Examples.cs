using Cities.Api.Errors;
using Cities.Api.Features;
using Cities.Api.Paging;

namespace Cities.Api.Documentation;

/// <summary>Examples of answers, as endpoint metadata that the OpenAPI document is made from.</summary>
internal static class Examples
{
    public static Page<T> PageOf<T>(T result) => new(1, null, null, [result]);

    /// <summary>Gives an endpoint the example of its answer.</summary>
    public static RouteHandlerBuilder WithExample<T>(this RouteHandlerBuilder endpoint, T response)
        where T : class =>
        endpoint.WithMetadata(new ResponseExample(response));

    /// <summary>Says that an endpoint answers with a page of features, and in which formats.</summary>
    public static RouteHandlerBuilder ProducesFeatures<T>(this RouteHandlerBuilder endpoint, Collection collection, T example)
        where T : class =>
        endpoint.Produces<object>().ProducesProblem(StatusCodes.Status406NotAcceptable)
            .WithExample(PageOf(example)).WithMetadata(new FeatureMetadata(collection, IsList: true));

    /// <summary>Says that an endpoint answers with a feature, and in which formats.</summary>
    public static RouteHandlerBuilder ProducesFeature<T>(this RouteHandlerBuilder endpoint, Collection collection, T example)
        where T : class =>
        endpoint.Produces<object>().ProducesProblem(StatusCodes.Status406NotAcceptable)
            .WithExample(example).WithMetadata(new FeatureMetadata(collection, IsList: false));

    /// <summary>Gives an endpoint the example of its body.</summary>
    public static RouteHandlerBuilder WithBodyExample(this RouteHandlerBuilder endpoint, string json) =>
        endpoint.WithMetadata(new BodyExample(json));

    /// <summary>Says that an endpoint answers 404 for what is not there.</summary>
    public static TBuilder ProducesNotFound<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(
            StatusCodes.Status404NotFound, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));

    /// <summary>Says what every endpoint of a group may answer besides its own, and sees to it that a parameter is named where one is wrong.</summary>
    public static RouteGroupBuilder WithCommonResponses(this RouteGroupBuilder group) =>
        group
            .AddEndpointFilterFactory(UnreadableParameters.Filter)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

/// <summary>The features that an endpoint answers with.</summary>
/// <param name="Collection">Their collection, whose fields they have.</param>
/// <param name="IsList">Whether there are many, and so in CSV and NDJSON too.</param>
internal sealed record FeatureMetadata(Collection Collection, bool IsList);

/// <summary>The example of an endpoint's body.</summary>
internal sealed record BodyExample(string Json);

/// <summary>The example of an endpoint's answer.</summary>
internal sealed record ResponseExample(object Response);
