
namespace Cities.Api.Http;

/// <summary>
/// Where the API itself speaks TLS, it leads callers there and has browsers remember it (HSTS). Behind a proxy that does, both are the
/// proxy's: the API cannot know which of its names have a certificate.
/// </summary>
internal static class TransportSecurity
{
    public static void UseTransportSecurity(this WebApplication app)
    {
        if (!HasHttpsEndpoint(app.Configuration))
            return;
        app.UseHsts();
        // A probe is not a browser, and asks from beside the API.
        app.UseWhen(context => !ServiceDefaultsExtensions.IsProbe(context.Request.Path), site => site.UseHttpsRedirection());
    }

    /// <summary>Whether the configuration has the server listen with TLS, in any of the ways that there are to say so.</summary>
    private static bool HasHttpsEndpoint(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["https_ports"])
        || (configuration["urls"] ?? "").Split(';').Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? ""))
            .Any(url => url.Trim().StartsWith("https://", StringComparison.OrdinalIgnoreCase));
}
