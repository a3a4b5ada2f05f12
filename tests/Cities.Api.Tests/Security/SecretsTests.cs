using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Cities.Api.Tests.Http;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cities.Api.Tests.Security;

/// <summary>The password of the connection string is nowhere but there, and callers' credentials are nowhere.</summary>
public sealed partial class SecretsTests(ApiFixture api)
{
    private const string Password = "Zebra-7f3kq-Password";

    private static readonly string[] Paths =
    [
        "/api/v1/cities", "/api/v1/cities/2643743", "/api/v1/stats", "/api/v1/imports", "/ogc/collections/cities/items",
        "/tiles/cities/0/0/0.mvt", "/health", "/alive", "/metrics", "/openapi/v1.json",
    ];

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Timeout=2")]
    [InlineData("Username=no_such_role")]
    [InlineData("Database=no_such_database")]
    [InlineData("Options=-c no_such_setting=1")]
    [InlineData("Host=127.0.0.1,127.0.0.1;Port=1;Timeout=2")]
    public async Task No_answer_and_no_line_of_the_log_at_any_level_has_the_password(string difference)
    {
        var lines = new ConcurrentQueue<string>();
        using var recorder = new Recorder(lines);
        var connection = new NpgsqlConnectionStringBuilder($"{api.Database.ConnectionString};{difference}")
        {
            Password = Password,
        };
        await using var factory = api.CreateFactory(
            connection.ConnectionString,
            ("Logging:Console:LogLevel:Default", "None"), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"), ("Api:Prometheus:Enabled", "true"));
        await using var recorded = factory.WithWebHostBuilder(builder => builder.ConfigureServices(
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(recorder))));
        using var client = recorded.CreateClient();

        foreach (var path in Paths)
        {
            using var response = await client.AskAsync(path);
            var answer = $"{response.Headers}{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
            Assert.DoesNotContain(Password, answer, StringComparison.Ordinal);
        }

        Assert.Contains(lines, line => line.Contains("Npgsql.", StringComparison.Ordinal) && line.Contains("Exception", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_answer_log_or_trace_has_a_key_or_a_token()
    {
        var lines = new ConcurrentQueue<string>();
        using var recorder = new Recorder(lines);
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => lines.Enqueue(string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var factory = api.CreateFactory(
            api.Database.ConnectionString,
            [
                .. TokenTests.UserJwts,
                ("Logging:Console:LogLevel:Default", "None"), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
                ("Api:Prometheus:Enabled", "true"),
                // Without an exporter there are no spans. Nobody listens at this address.
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ]);
        await using var recorded = factory.WithWebHostBuilder(builder => builder.ConfigureServices(
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(recorder))));
        using var client = recorded.CreateClient();
        string[] credentials =
        [
            await api.Database.CreateKeyAsync(ApiRole.Reader), ApiKeys.Create(), TokenTests.CreateToken(), TokenTests.CreateToken(token => token.Audience = "others"),
        ];

        foreach (var credential in credentials)
        {
            foreach (var path in Paths.Append("/api/v1/admin/me"))
            {
                using var response = await client.AskAsync(path, ("Authorization", $"Bearer {credential}"));
                lines.Enqueue($"{response.Headers}{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }
        }

        Assert.Contains(lines, line => line.Contains("The key is not known.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("url.path=/api/v1/admin/me", StringComparison.Ordinal));
        // The last characters, which are the random ones of a key and the signature of a token.
        Assert.All(credentials, credential => Assert.DoesNotContain(lines, line => line.Contains(credential[^20..], StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Nonsense=1")]
    [InlineData("Port=many")]
    [InlineData("Timeout=-1")]
    public void A_connection_string_that_cannot_be_read_is_refused_without_its_password(string part)
    {
        var exception = Record.Exception(() =>
        {
            using var client = api.CreateClient($"Host=127.0.0.1;Password={Password};{part}");
            client.GetAsync(new Uri("/api/v1/cities", UriKind.Relative), TestContext.Current.CancellationToken).GetAwaiter().GetResult().Dispose();
        });

        Assert.DoesNotContain(Password, $"{exception}", StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_that_is_configuration_has_a_password()
    {
        string[] extensions = [".json", ".yaml", ".yml", ".props", ".csproj", ".pubxml", ".sh", ".http", "Dockerfile"];
        string[] left = ["bin", "obj", "artifacts", "node_modules", ".git", ".cities"];
        var files = new DirectoryInfo(Repository.Root).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetRelativePath(Repository.Root, file.FullName))
            .Where(file => extensions.Any(extension => file.EndsWith(extension, StringComparison.Ordinal)) && !file.Split(Path.DirectorySeparatorChar).Any(left.Contains))
            .ToList();

        Assert.Contains(Path.Combine("Cities.Api", "appsettings.json"), files);
        Assert.Equal([], files.Where(file => Secret().IsMatch(File.ReadAllText(Path.Combine(Repository.Root, file)))));
    }

    /// <summary>A password that is written down, not one that a variable or a parameter stands for; and keys.</summary>
    [GeneratedRegex(@"(?i:password""?\s*[=:]\s*""?(?![""$?&{%\s;])[^\s"";,]+)|-----BEGIN [A-Z ]*PRIVATE KEY-----")]
    private static partial Regex Secret();

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
