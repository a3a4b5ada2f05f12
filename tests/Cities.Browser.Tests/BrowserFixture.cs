using System.Net;
using Cities.Api.Collections;
using Cities.Browser.Tests;
using Cities.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace Cities.Browser.Tests;

/// <summary>
/// Chromium or Chrome, and for it the API on a port of loopback, on a real PostGIS that holds the bundled sample. Without a
/// browser nothing is started, and the tests are skipped.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Names the browser's executable.</summary>
    public const string Variable = "CITIES_BROWSER";

    private static readonly string[] Names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

    private readonly PostgisServer _server = new();
    private TestDatabase? _database;
    private WebApplicationFactory<PageRequest>? _factory;
    private ApiContainer? _container;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The API's address, with a slash at its end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What the API answers from.</summary>
    public TestDatabase Database => _database!;

    /// <summary>Makes another database, which is empty.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => _server.CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        if (FindExecutable() is not { } executable)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args =
            [
                // WebGL without a GPU, and the same on every machine.
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
                // Other hosts are out of reach, and no cache is switched off for it, as intercepting requests does.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                "--no-proxy-server",
            ],
        });

        await _server.InitializeAsync();
        _database = await _server.CreateDatabaseAsync();
        await _database.ImportWorldSampleAsync(TestContext.Current.CancellationToken);
        // What GeoNames has of London, and the sample has not.
        await _database.ScalarAsync<int>(
            """
            UPDATE cities SET elevation = 25 WHERE id = 2643743;
            INSERT INTO alternative_names (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic) VALUES
              (1, 2643743, 1, 'la', 'Londinium', false, false, false, true);
            SELECT 1
            """);
        Address = StartApi(_database.ConnectionString);
    }

    /// <summary>Skips the test that asks, where there is no browser.</summary>
    public void Require() =>
        Assert.SkipWhen(_browser is null, $"There is neither Chromium nor Chrome on the PATH: install one, or name it in {Variable}.");

    /// <summary>A browser's profile without a past: pages that are opened in it share cookies and caches.</summary>
    public Task<IBrowserContext> CreateContextAsync(BrowserNewContextOptions screen) =>
        _browser!.NewContextAsync(new BrowserNewContextOptions(screen) { BaseURL = Address.ToString() });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_factory is not null)
            await _factory.DisposeAsync();
        _container?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    private Uri StartApi(string connectionString)
    {
        if (ApiContainer.Image is { } image)
        {
            _container = ApiContainer.Start(image, connectionString, ("Api:RateLimit:Enabled", "false"));
            return new Uri($"http://127.0.0.1:{_container.Port}/");
        }

        _factory = new WebApplicationFactory<PageRequest>().WithWebHostBuilder(builder => builder
            .UseSetting("ConnectionStrings:citiesdb", connectionString)
            .UseSetting("Logging:LogLevel:Default", "None")
            .UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "None")
            // All tests are one client.
            .UseSetting("Api:RateLimit:Enabled", "false"));
        _factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _factory.StartServer();
        return _factory.ClientOptions.BaseAddress;
    }

    private static string? FindExecutable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return named;
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return Names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(path => File.Exists(path) && !IsSnap(path));
    }

    // Ubuntu's chromium-browser is a script that says to install a snap, or runs one, which sees no files but its own.
    private static bool IsSnap(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.Name == "snap"
        || (new FileInfo(path).Length < 10_000 && File.ReadAllText(path).Contains("/snap/", StringComparison.Ordinal));
}
