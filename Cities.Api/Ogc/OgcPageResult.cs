using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Ogc;

/// <summary>Answers with a page for people, made from the JSON of another result.</summary>
/// <param name="json">The result with the JSON. Other answers, such as errors, pass unchanged.</param>
internal sealed class OgcPageResult(IResult json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var outer = httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        var inner = new StreamResponseBodyFeature(body);
        httpContext.Features.Set<IHttpResponseBodyFeature>(inner);
        try
        {
            await json.ExecuteAsync(httpContext);
            await inner.CompleteAsync();
        }
        finally
        {
            httpContext.Features.Set(outer);
        }

        body.Position = 0;
        if (response.StatusCode != StatusCodes.Status200OK)
        {
            await body.CopyToAsync(response.Body, httpContext.RequestAborted);
            return;
        }

        response.ContentLength = null;
        response.ContentType = "text/html; charset=utf-8";
        Map.MapExtensions.SetSecurityHeaders(response);
        await response.WriteAsync(
            new OgcHtml(httpContext.Request).Write(JsonNode.Parse(body)!.AsObject()), httpContext.RequestAborted);
    }
}
