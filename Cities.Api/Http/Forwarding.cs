using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

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

/// <summary>
/// The section <c>Api:ForwardedHeaders</c>: the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> count.
/// </summary>
internal sealed class ForwardingOptions : IValidatableObject
{
    /// <summary>Networks of proxies, comma-separated (<c>10.0.0.0/8, fd00::/8</c>).</summary>
    public string KnownNetworks { get; set; } = "";

    /// <summary>Addresses of proxies, comma-separated.</summary>
    public string KnownProxies { get; set; } = "";

    /// <summary>Whether any proxy is named.</summary>
    public bool IsConfigured => Split(KnownNetworks).Length + Split(KnownProxies).Length > 0;

    public IEnumerable<System.Net.IPNetwork> Networks() => Split(KnownNetworks).Select(System.Net.IPNetwork.Parse);

    public IEnumerable<IPAddress> Proxies() => Split(KnownProxies).Select(IPAddress.Parse);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        [
            .. Split(KnownNetworks).Where(network => !System.Net.IPNetwork.TryParse(network, out _)).Select(network =>
                new ValidationResult($"'{network}' is not a network, such as 10.0.0.0/8.", [nameof(KnownNetworks)])),
            .. Split(KnownProxies).Where(address => !IPAddress.TryParse(address, out _)).Select(address =>
                new ValidationResult($"'{address}' is not an address, such as 10.0.0.1.", [nameof(KnownProxies)])),
        ];

    private static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
