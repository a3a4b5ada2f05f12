using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Cities.Api.Http;

/// <summary>
/// Reads the client's address and scheme from the forwarded headers of known proxies, and ignores these headers from
/// any other sender. <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c> alone trusts all senders; with known proxies, the API
/// trusts only these.
/// </summary>
internal static class Forwarding
{
    /// <summary>The configuration key of <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>.</summary>
    private const string EnabledKey = "ForwardedHeaders_Enabled";

    public static void AddForwarding(this IHostApplicationBuilder builder) =>
        // PostConfigure runs after the framework's own settings, which clear both lists.
        builder.Services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ApiOptions>>((forwarded, api) =>
        {
            var known = api.Value.ForwardedHeaders;
            if (!known.IsConfigured)
                return;
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // There may be several proxies in a row. The first unknown address is the client.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in known.Proxies())
                forwarded.KnownProxies.Add(proxy);
            foreach (var network in known.Networks())
                forwarded.KnownIPNetworks.Add(network);
        });

    /// <summary>
    /// Adds the middleware. It also gives a request without a Host header, which HTTP/1.0 allows, the address that the
    /// client has connected to, because answers have absolute links.
    /// </summary>
    public static void UseForwarding(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (!context.Request.Host.HasValue)
                context.Request.Host = AddressOf(context.Connection);
            return next(context);
        });
        // The framework has already added the middleware if its own setting is on.
        if (app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.ForwardedHeaders.IsConfigured
            && !app.Configuration.GetValue<bool>(EnabledKey))
        {
            app.UseForwardedHeaders();
        }
    }

    private static HostString AddressOf(ConnectionInfo connection) => connection.LocalIpAddress switch
    {
        // Other servers than TCP ones have no address.
        null => new HostString("localhost"),
        { IsIPv4MappedToIPv6: true } mapped => new HostString($"{mapped.MapToIPv4()}", connection.LocalPort),
        // Puts an IPv6 address in brackets.
        var address => new HostString($"{address}", connection.LocalPort),
    };
}

/// <summary>
/// The section <c>Api:ForwardedHeaders</c>: the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>
/// headers the API trusts.
/// </summary>
internal sealed class ForwardingOptions : IValidatableObject
{
    /// <summary>The networks of the proxies, comma-separated, such as <c>10.0.0.0/8, fd00::/8</c>.</summary>
    public string KnownNetworks { get; set; } = "";

    /// <summary>The IP addresses of the proxies, comma-separated.</summary>
    public string KnownProxies { get; set; } = "";

    /// <summary>Whether the settings list any proxy.</summary>
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
