using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Cities.Api.Http;

/// <summary>
/// Takes a client's address and scheme from the headers of proxies that are named, and of no other sender. What
/// <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c> switches on trusts whoever sends them; where proxies are named, it is held to these.
/// </summary>
internal static class Forwarding
{
    /// <summary>The framework's switch, as configuration has it.</summary>
    private const string EnabledKey = "ForwardedHeaders_Enabled";

    public static void AddForwarding(this IHostApplicationBuilder builder) =>
        // After the framework's own settings, which clear both lists.
        builder.Services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ApiOptions>>((forwarded, api) =>
        {
            var known = api.Value.ForwardedHeaders;
            if (!known.IsConfigured)
                return;
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // As many proxies as there are in a row: the first that is not known is the client.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in known.Proxies())
                forwarded.KnownProxies.Add(proxy);
            foreach (var network in known.Networks())
                forwarded.KnownIPNetworks.Add(network);
        });

    public static void UseForwarding(this WebApplication app)
    {
        // The framework has put the middleware in front by itself where its switch is on.
        if (app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.ForwardedHeaders.IsConfigured
            && !app.Configuration.GetValue<bool>(EnabledKey))
        {
            app.UseForwardedHeaders();
        }
    }
}
