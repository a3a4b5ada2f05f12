using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Http;

/// <summary>What whoever runs the API can set, in the configuration section <c>Api</c>. Checked at the start.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    public static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a request may take before it is answered 503.</summary>
    [DurationRange("00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>
    /// How long the API goes on serving after it has been told to stop, not ready any more, so that balancers turn elsewhere.
    /// </summary>
    [DurationRange("00:00:00", "00:05:00")]
    public TimeSpan DrainTime { get; set; } = TimeSpan.Zero;

    /// <summary>What clients, proxies and the API itself may keep.</summary>
    [ValidateObjectMembers]
    public CacheOptions Cache { get; } = new();

    /// <summary>Which other sites' pages may call the API.</summary>
    [ValidateObjectMembers]
    public CrossOriginOptions Cors { get; } = new();

    /// <summary>How much one client may ask for.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; } = new();

    /// <summary>Who may read, and how keys and tokens are read.</summary>
    [ValidateObjectMembers]
    public AccessOptions Authentication { get; } = new();

    /// <summary>How much the API begins at once, whoever asks.</summary>
    [ValidateObjectMembers]
    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>Whose word is taken for where a request came from.</summary>
    [ValidateObjectMembers]
    public ForwardingOptions ForwardedHeaders { get; } = new();

    /// <summary>Whether Prometheus may fetch the metrics.</summary>
    public PrometheusOptions Prometheus { get; } = new();
}

/// <summary>Validates <see cref="ApiOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;

/// <summary>Requires a duration in a range.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string minimum, string maximum) : ValidationAttribute
{
    /// <summary>The least duration, in the constant format of <see cref="TimeSpan"/>.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The greatest duration, in the constant format of <see cref="TimeSpan"/>.</summary>
    public string Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is TimeSpan duration
        && duration >= TimeSpan.Parse(Minimum, CultureInfo.InvariantCulture)
        && duration <= TimeSpan.Parse(Maximum, CultureInfo.InvariantCulture);

    public override string FormatErrorMessage(string name) => $"The field {name} must be between {Minimum} and {Maximum}.";
}
