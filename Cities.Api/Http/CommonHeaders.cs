using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Http;

/// <summary>The headers that all answers have.</summary>
internal sealed class CommonHeaders(IOptions<ApiOptions> options)
{
    // Pages of any site load tiles and data, isolated ones (COEP) included, unless the settings name sites. Those load by
    // CORS, which ignores this header.
    private readonly string _resourcePolicy = options.Value.Cors.AllowsAny ? "cross-origin" : "same-origin";

    private readonly bool _isPrivate = !options.Value.Authentication.AllowAnonymous;

    /// <summary>Sets the headers. The status has to be that of the answer.</summary>
    public void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = _resourcePolicy;
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            headers.CacheControl = "no-store";
        else if (_isPrivate && headers.CacheControl.Count == 0)
            headers.CacheControl = "private";
        // The server reads no body of that size but ends the connection. It announces that only if the body was read.
        if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize
            && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            headers.Connection = "close";
        }
    }
}
