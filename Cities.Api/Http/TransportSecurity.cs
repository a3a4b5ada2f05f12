
namespace Cities.Api.Http;

/// <summary>
/// Redirects clients to HTTPS, and sends HSTS to browsers, if the API itself has an HTTPS endpoint. Behind a proxy that
/// terminates TLS, configure both in the proxy: the API does not know which host names have a certificate.
/// </summary>
internal static class TransportSecurity
{
    public static void UseTransportSecurity(this WebApplication app)
    {
        if (!HasHttpsEndpoint(app.Configuration))
            return;
        app.UseHsts();
        // Probes connect locally, and may not follow redirects.
        app.UseWhen(
            context => !ServiceDefaultsExtensions.IsProbe(context.Request.Path),
            site => site.UseHttpsRedirection());
    }

    /// <summary>Whether any of the configuration settings for endpoints contains an HTTPS endpoint.</summary>
    private static bool HasHttpsEndpoint(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["https_ports"])
        || (configuration["urls"] ?? "").Split(';')
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren()
                .Select(endpoint => endpoint["Url"] ?? ""))
            .Any(url => url.Trim().StartsWith("https://", StringComparison.OrdinalIgnoreCase));
}
