using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Http;

/// <summary>Sets the headers that all answers have.</summary>
internal sealed class CommonHeaders(IOptions<ApiOptions> options)
{
    // The map has a button for the user's position. The pages use no other device.
    private const string PermissionsPolicy =
        "camera=(), display-capture=(), geolocation=(self), microphone=(), midi=(), payment=(), serial=(), usb=()";

    // By default, pages of any site, including isolated ones (COEP), can load tiles and data. If the settings list
    // origins, only CORS requests from these are allowed, and CORS ignores this header.
    private readonly string _resourcePolicy = options.Value.Cors.AllowsAny ? "cross-origin" : "same-origin";

    private readonly bool _isPrivate = !options.Value.Authentication.AllowAnonymous;

    /// <summary>Sets the headers. Call it after the status of the answer is set.</summary>
    public void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = _resourcePolicy;
        // Pages of other sites that open a page of this one, or are opened by it, cannot access its window.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            headers.CacheControl = "no-store";
        else if (_isPrivate && headers.CacheControl.Count == 0)
            headers.CacheControl = "private";
        // Kestrel does not read a body that is too large, and closes the connection. Without this header, it announces
        // that only if the body was read.
        if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize
            && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            headers.Connection = "close";
        }
    }
}
