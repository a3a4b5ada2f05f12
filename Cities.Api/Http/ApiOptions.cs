using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Http;

/// <summary>
/// The settings of the API, in the configuration section <c>Api</c>. The API validates them when it starts.
/// </summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    public static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The timeout of a request. The API answers a request that exceeds it with 503.</summary>
    [DurationRange("00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>
    /// How long the API continues to serve requests after it receives the signal to stop. During this time it reports
    /// that it is not ready, so that load balancers stop sending requests to it.
    /// </summary>
    [DurationRange("00:00:00", "00:05:00")]
    public TimeSpan DrainTime { get; set; } = TimeSpan.Zero;

    /// <summary>How long clients, proxies and the API cache answers.</summary>
    [ValidateObjectMembers]
    public CacheOptions Cache { get; } = new();

    /// <summary>The origins whose web pages can call the API.</summary>
    [ValidateObjectMembers]
    public CrossOriginOptions Cors { get; } = new();

    /// <summary>The rate limits of a client.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; } = new();

    /// <summary>Whether anonymous clients can read, and how the API checks keys and tokens.</summary>
    [ValidateObjectMembers]
    public AccessOptions Authentication { get; } = new();

    /// <summary>The number of requests that the API processes concurrently, for all clients together.</summary>
    [ValidateObjectMembers]
    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>The proxies whose forwarded headers the API trusts.</summary>
    [ValidateObjectMembers]
    public ForwardingOptions ForwardedHeaders { get; } = new();

    /// <summary>Whether Prometheus can scrape the metrics.</summary>
    public PrometheusOptions Prometheus { get; } = new();

    /// <summary>Whether the API is a server of the Model Context Protocol.</summary>
    public McpOptions Mcp { get; } = new();
}

/// <summary>Validates <see cref="ApiOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;

/// <summary>Requires a duration within a range.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    /// <summary>The minimum duration, in the constant format of <see cref="TimeSpan"/>.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The maximum duration, in the constant format of <see cref="TimeSpan"/>.</summary>
    public string Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is TimeSpan duration
        && duration >= TimeSpan.Parse(Minimum, CultureInfo.InvariantCulture)
        && duration <= TimeSpan.Parse(Maximum, CultureInfo.InvariantCulture);

    public override string FormatErrorMessage(string name) =>
        $"The field {name} must be between {Minimum} and {Maximum}.";
}
