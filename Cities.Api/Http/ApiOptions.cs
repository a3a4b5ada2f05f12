using System.ComponentModel.DataAnnotations;
using System.Net;
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

    /// <summary>Who may read, and how keys and tokens are read.</summary>
    [ValidateObjectMembers]
    public AuthenticationOptions Authentication { get; } = new();

    /// <summary>How much the API begins at once, whoever asks.</summary>
    [ValidateObjectMembers]
    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>Whose word is taken for where a request came from.</summary>
    [ValidateObjectMembers]
    public ForwardingOptions ForwardedHeaders { get; } = new();

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

        /// <summary>Requests per second of one key that has no limit of its own, and of the holder of a token.</summary>
        [Range(1, 1_000_000)]
        public int KeyPerSecond { get; set; } = 500;

        /// <summary>Requests that these may make at once after a pause.</summary>
        [Range(1, 1_000_000)]
        public int KeyBurst { get; set; } = 1000;
    }

    /// <summary>The section <c>Api:Authentication</c>.</summary>
    internal sealed class AuthenticationOptions
    {
        /// <summary>Whether everybody may read.</summary>
        public bool AllowAnonymous { get; set; } = true;

        /// <summary>How long a key is taken for what it was when it was last looked up: for so long one that is revoked goes on.</summary>
        [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
        public TimeSpan KeyCache { get; set; } = TimeSpan.FromSeconds(10);

        /// <summary>The claim of a token that says who it is.</summary>
        [Required]
        public string NameClaim { get; set; } = "sub";

        /// <summary>The claims of a token that hold roles, comma-separated.</summary>
        public string RoleClaims { get; set; } = "role,roles";

        public string[] ListRoleClaims() => RoleClaims.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The section <c>Api:Concurrency</c>: what <see cref="LoadShedding"/> goes by.</summary>
    internal sealed class ConcurrencyOptions
    {
        /// <summary>Requests that need data and are under way at once; by default two for each connection to the database.</summary>
        [Range(1, 1_000_000)]
        public int? Limit { get; set; }

        /// <summary>Requests that wait for one of those to end, by default 32 for each; more are refused.</summary>
        [Range(0, 1_000_000)]
        public int? Queue { get; set; }
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

        public IEnumerable<IPNetwork> Networks() => Split(KnownNetworks).Select(IPNetwork.Parse);

        public IEnumerable<IPAddress> Proxies() => Split(KnownProxies).Select(IPAddress.Parse);

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            [
                .. Split(KnownNetworks).Where(network => !IPNetwork.TryParse(network, out _)).Select(network =>
                    new ValidationResult($"'{network}' is not a network, such as 10.0.0.0/8.", [nameof(KnownNetworks)])),
                .. Split(KnownProxies).Where(address => !IPAddress.TryParse(address, out _)).Select(address =>
                    new ValidationResult($"'{address}' is not an address, such as 10.0.0.1.", [nameof(KnownProxies)])),
            ];

        private static string[] Split(string list) =>
            list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
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
