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

    /// <summary>Says that an endpoint answers 404 for what is not there.</summary>
    public static TBuilder ProducesNotFound<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(
            StatusCodes.Status404NotFound, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));

    /// <summary>Says what every endpoint of a group may answer besides its own.</summary>
    public static RouteGroupBuilder WithCommonResponses(this RouteGroupBuilder group) =>
        group.ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

/// <summary>The example of an endpoint's answer.</summary>
internal sealed record ResponseExample(object Response);
