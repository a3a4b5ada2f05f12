using System.Collections.Concurrent;
using Cities.Api.Paging;
using Cities.Api.Tests;
using Cities.Testing;
using Microsoft.AspNetCore.Mvc.Testing;

[assembly: AssemblyFixture(typeof(ApiFixture))]

namespace Cities.Api.Tests;

/// <summary>The API on a real PostGIS that holds the bundled sample: all places of England with 1,000 people or more.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private readonly PostgisServer _server = new();
    // The factory takes any type of the API; the importer, which is here too, has a Program of its own.
    private readonly ConcurrentBag<WebApplicationFactory<PageRequest>> _factories = [];
    private readonly ConcurrentBag<ApiContainer> _containers = [];
    private TestDatabase? _database;

    public HttpClient Client { get; private set; } = null!;

    public TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _database = await _server.CreateDatabaseAsync();
        await _database.ImportSampleAsync(TestContext.Current.CancellationToken);
        Client = CreateClient(_database.ConnectionString);
    }

    /// <summary>A client of an API on another database, with settings of its own.</summary>
    public HttpClient CreateClient(string connectionString, params (string Key, string Value)[] settings)
    {
        if (ApiContainer.Image is not { } image)
        {
            return CreateFactory(connectionString, settings).CreateClient(
                new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        }

        var container = ApiContainer.Start(image, connectionString, [("Api:RateLimit:Enabled", "false"), .. settings]);
        _containers.Add(container);
        return container.CreateClient();
    }

    /// <summary>An API on another database, with settings of its own, in this process.</summary>
    public WebApplicationFactory<PageRequest> CreateFactory(
        string connectionString, params (string Key, string Value)[] settings)
    {
        Assert.SkipWhen(ApiContainer.Image is not null, "It looks into the API's process: a container has one of its own.");
        var factory = new WebApplicationFactory<PageRequest>().WithWebHostBuilder(builder =>
        {
            builder
                .UseSetting("ConnectionStrings:citiesdb", connectionString)
                // Each would watch the files of its settings, and Linux lets a user watch 128 times.
                .UseSetting("hostBuilder:reloadConfigOnChange", "false")
                .UseSetting("Logging:LogLevel:Default", "None")
                .UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "None")
                // All tests are one client.
                .UseSetting("Api:RateLimit:Enabled", "false");
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
        });
        _factories.Add(factory);
        return factory;
    }

    /// <summary>An empty database, without so much as a table.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => _server.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var factory in _factories)
            await factory.DisposeAsync();
        foreach (var container in _containers)
            container.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
