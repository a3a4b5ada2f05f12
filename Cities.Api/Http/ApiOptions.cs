using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Cities.Api.Http;

/// <summary>What whoever runs the API can set, in the configuration section <c>Api</c>. Checked at the start.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>How long a request may take before it is answered 503.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the API goes on serving after it has been told to stop, not ready any more, so that balancers turn elsewhere.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainTime { get; set; } = TimeSpan.Zero;

    /// <summary>What clients, proxies and the API itself may keep.</summary>
    [ValidateObjectMembers]
    public CacheOptions Cache { get; } = new();

    /// <summary>Which other sites' pages may call the API.</summary>
    [ValidateObjectMembers]
    public CorsOptions Cors { get; } = new();

    /// <summary>How much one client may ask for.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; } = new();

    /// <summary>Whether Prometheus may fetch the metrics.</summary>
    public PrometheusOptions Prometheus { get; } = new();

    /// <summary>The section <c>Api:Cache</c>.</summary>
    internal sealed class CacheOptions
    {
        private const long Megabyte = 1 << 20;

        /// <summary>How long an answer is fresh: until then nobody asks whether it still holds.</summary>
        [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
        public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(1);

        /// <summary>How long after that it may be served while the cache asks.</summary>
        [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
        public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.FromMinutes(5);

        /// <summary>How long the last known version of the data counts while the database is away.</summary>
        [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
        public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>Whether the API keeps answers in memory.</summary>
        public bool Output { get; set; } = true;

        /// <summary>How long it keeps them, if the data does not change before.</summary>
        [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
        public TimeSpan OutputDuration { get; set; } = TimeSpan.FromMinutes(10);

        /// <summary>Bytes that all answers in memory may take together.</summary>
        [Range(Megabyte, 1L << 40)]
        public long OutputSize { get; set; } = 64 * Megabyte;

        /// <summary>Bytes of the largest body that is kept, as it is sent, which is to say compressed.</summary>
        [Range(0L, 1L << 30)]
        public long OutputBodySize { get; set; } = Megabyte;
    }

    /// <summary>The section <c>Api:Cors</c>.</summary>
    internal sealed class CorsOptions : IValidatableObject
    {
        /// <summary>Origins, comma-separated; <c>*</c> for any; empty for none.</summary>
        public string Origins { get; set; } = "*";

        public bool AllowsAny => Origins.Trim() == "*";

        public string[] List() => Origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            from origin in AllowsAny ? [] : List()
            where !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase))
            select new ValidationResult(
                $"'{origin}' is not an origin, such as https://www.example.org.", [nameof(Origins)]);
    }

    /// <summary>The section <c>Api:RateLimit</c>.</summary>
    internal sealed class RateLimitOptions
    {
        /// <summary>Whether there is a limit.</summary>
        public bool Enabled { get; set; } = true;

        /// <summary>Requests per second that one client may make for as long as it likes.</summary>
        [Range(1, 1_000_000)]
        public int PerSecond { get; set; } = 100;

        /// <summary>Requests that it may make at once after a pause.</summary>
        [Range(1, 1_000_000)]
        public int Burst { get; set; } = 200;
    }

    /// <summary>The section <c>Api:Prometheus</c>.</summary>
    internal sealed class PrometheusOptions
    {
        /// <summary>Whether there is <c>/metrics</c>.</summary>
        public bool Enabled { get; set; }
    }
}

/// <summary>Holds <see cref="ApiOptions"/> to its attributes.</summary>
[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;
