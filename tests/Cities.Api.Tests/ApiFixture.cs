using System.Collections.Concurrent;
using Cities.Api.Tests;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.AspNetCore.Mvc.Testing;

[assembly: AssemblyFixture(typeof(ApiFixture))]

namespace Cities.Api.Tests;

/// <summary>The API on a real PostGIS that holds Great Britain's places from the bundled sample.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private readonly PostgisServer _server = new();
    // The factory takes any type of the API; the importer, which is here too, has a Program of its own.
    private readonly ConcurrentBag<WebApplicationFactory<PageRequest>> _factories = [];
    private TestDatabase? _database;

    public HttpClient Client { get; private set; } = null!;

    public TestDatabase Database => _database!;

    /// <summary>A key of the database that lets do everything.</summary>
    public string AdminKey { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _database = await _server.CreateSampleDatabaseAsync();
        AdminKey = await _database.CreateKeyAsync(ApiRole.Admin, key => key.Name = "admin");
        Client = CreateClient(_database.ConnectionString);
    }

    /// <summary>A client of an API on another database, with settings of its own, which ends when the client is disposed.</summary>
    public HttpClient CreateClient(string connectionString, params (string Key, string Value)[] settings)
    {
        if (ApiContainer.Image is { } image)
            return ApiContainer.Start(image, connectionString, [("Api:RateLimit:Enabled", "false"), .. settings]).CreateClient();
        var factory = CreateFactory(connectionString, settings);
        return new HttpClient(new OwningHandler(factory.Server.CreateHandler(), factory)) { BaseAddress = factory.ClientOptions.BaseAddress };
    }

    /// <summary>A client that calls with a key; of the fixture's database and <see cref="AdminKey"/>, unless others are given.</summary>
    public HttpClient CreateSignedInClient(string? connectionString = null, string? key = null, params (string Key, string Value)[] settings)
    {
        var client = CreateClient(connectionString ?? Database.ConnectionString, settings);
        client.DefaultRequestHeaders.Add("X-Api-Key", key ?? AdminKey);
        return client;
    }

    /// <summary>An API on another database, with settings of its own, in this process whatever the image, for tests that look into it.</summary>
    public WebApplicationFactory<PageRequest> CreateFactory(
        string connectionString, params (string Key, string Value)[] settings)
    {
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

    /// <summary>A database whose tables are empty.</summary>
    public Task<TestDatabase> CreateMigratedDatabaseAsync() => _server.CreateMigratedDatabaseAsync();

    /// <summary>A database with Great Britain's places from the bundled sample.</summary>
    public Task<TestDatabase> CreateSampleDatabaseAsync() => _server.CreateSampleDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var factory in _factories)
            await factory.DisposeAsync();
        Client.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
