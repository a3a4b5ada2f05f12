using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cities.Client;

/// <summary>Registers the client of the Cities API.</summary>
public static class CitiesClientExtensions
{
    /// <summary>
    /// Name of the <see cref="HttpClient"/> behind <see cref="ICitiesClient"/>. <see cref="IHttpClientFactory"/> makes one for what the
    /// client has no method for: GeoJSON, GeoJSONSeq, CSV, NDJSON, tiles.
    /// </summary>
    public const string HttpClientName = "Cities";

    /// <summary>
    /// Name of the setting that has the key, or the token, which the client calls with: for an API that does not let everybody read, for
    /// a limit of one's own, and to change something. Without it the client calls as anybody.
    /// </summary>
    public const string ApiKeySetting = "Cities:ApiKey";

    /// <summary>
    /// Adds <see cref="ICitiesClient"/>, calling the service of a name, which service discovery resolves: by its https endpoint, or
    /// its http endpoint where it has no other. In an Aspire application that is the name of the API's resource, once a project
    /// refers to it by <c>WithReference</c>; elsewhere <c>services:{name}:https:0</c> and <c>services:{name}:http:0</c> in the
    /// configuration are its addresses.
    /// </summary>
    /// <remarks><inheritdoc cref="AddCitiesClient(IHostApplicationBuilder, Uri)" path="/remarks/node()"/></remarks>
    /// <param name="builder">The host being built.</param>
    /// <param name="serviceName">Name of the API's service.</param>
    /// <returns>The builder of the <see cref="HttpClient"/>, for more handlers.</returns>
    /// <exception cref="ArgumentException"><paramref name="serviceName"/> is empty.</exception>
    /// <exception cref="UriFormatException"><paramref name="serviceName"/> cannot be the host of an address.</exception>
    public static IHttpClientBuilder AddCitiesClient(this IHostApplicationBuilder builder, string serviceName = "api")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        return builder.AddCitiesClient(new Uri($"https+http://{serviceName}"));
    }

    /// <summary>Adds <see cref="ICitiesClient"/>, calling the API at an address.</summary>
    /// <remarks>
    /// What fails for a while is tried again, three times, for a minute at most: connections that fail, 429 and 5xx. Where the API
    /// says in <c>Retry-After</c> when to come back, as it does with 429 and 503, the client waits until then. If the application
    /// gives resilience or service discovery to all of its clients, as Aspire's service defaults do, those are this client's as well,
    /// and it adds none of its own.
    /// </remarks>
    /// <param name="builder">The host being built.</param>
    /// <param name="baseAddress">
    /// What the API's paths are relative to, such as <c>https://cities.example.org</c>; with the scheme https+http the host is the name
    /// of a service.
    /// </param>
    /// <returns>The builder of the <see cref="HttpClient"/>, for more handlers.</returns>
    /// <exception cref="ArgumentException"><paramref name="baseAddress"/> is relative.</exception>
    public static IHttpClientBuilder AddCitiesClient(this IHostApplicationBuilder builder, Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri)
            throw new ArgumentException("The address must be absolute.", nameof(baseAddress));

        // Without the slash the last segment would be replaced, not followed, by the API's paths.
        var root = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        builder.Services.AddServiceDiscovery();
        var client = builder.Services.AddHttpClient<ICitiesClient, CitiesClient>(HttpClientName, http =>
        {
            http.BaseAddress = root;
            // In this header, for it does not go with a redirection to wherever.
            if (builder.Configuration[ApiKeySetting] is { Length: > 0 } key)
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        });
        client.AddStandardResilienceHandler(options =>
        {
            // The API gives up on a request after 15 seconds: it is to say so before the client gives up on it.
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(20);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(1);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(1);
        });
        // After resilience: each attempt may go to another instance.
        client.AddServiceDiscovery();
        return client.ConfigureAdditionalHttpMessageHandlers((handlers, _) => RemoveRepeated(handlers, added: 2));
    }

    /// <summary>Removes those of the handlers added last of whose type there is one before: retries would multiply.</summary>
    private static void RemoveRepeated(IList<DelegatingHandler> handlers, int added)
    {
        foreach (var handler in handlers.TakeLast(added).ToList())
        {
            if (handlers.TakeWhile(each => each != handler).Any(each => each.GetType() == handler.GetType()))
                handlers.Remove(handler);
        }
    }
}
