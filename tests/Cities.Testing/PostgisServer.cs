using Npgsql;
using Testcontainers.PostgreSql;
using Xunit;

namespace Cities.Testing;

/// <summary>
/// A real PostgreSQL with PostGIS for a test assembly: the server that <c>CITIES_TEST_POSTGRES</c> names (test.sh sets it),
/// or else a container.
/// </summary>
public sealed class PostgisServer : IAsyncLifetime
{
    public const string Variable = "CITIES_TEST_POSTGRES";

    private const string Image = "postgis/postgis:17-3.5";

    private readonly Lazy<Task<string>> _migrated;
    private readonly Lazy<Task<string>> _sample;
    private PostgreSqlContainer? _container;
    private string _connectionString = "";

    public PostgisServer()
    {
        _migrated = new(() => MakeTemplateAsync(database => database.MigrateAsync(CancellationToken.None)));
        _sample = new(() => MakeTemplateAsync(database => database.ImportSampleAsync(CancellationToken.None)));
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
        {
            _connectionString = configured;
            return;
        }

        try
        {
            _container = new PostgreSqlBuilder(Image).Build();
            await _container.StartAsync();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Tests need PostGIS: run ./test.sh, which starts one, set {Variable} to a server's connection string, or "
                + $"start Docker, in which {Image} is run.",
                exception);
        }

        _connectionString = _container.GetConnectionString();
    }

    /// <summary>A server that somebody else has started and stops.</summary>
    internal static PostgisServer At(string connectionString) => new() { _connectionString = connectionString };

    /// <summary>Makes an empty database with a name of its own.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync("template1");

    /// <summary>Makes a database with the importer's tables, which are empty.</summary>
    public async Task<TestDatabase> CreateMigratedDatabaseAsync() => await CreateAsync(await _migrated.Value);

    /// <summary>Makes a database with Great Britain's places from the sample that is bundled with the importer.</summary>
    public async Task<TestDatabase> CreateSampleDatabaseAsync() => await CreateAsync(await _sample.Value);

    private async Task<TestDatabase> CreateAsync(string template)
    {
        var name = $"cities_test_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return Open(name);
    }

    /// <summary>Makes a database that is not used but copied, which takes a tenth of the time.</summary>
    private async Task<string> MakeTemplateAsync(Func<TestDatabase, Task> fill)
    {
        var name = $"cities_template_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        // While there is a connection to it, it cannot be copied.
        await fill(Open(name, pooling: false));
        return name;
    }

    internal TestDatabase Open(string name) => Open(name, pooling: true);

    private TestDatabase Open(string name, bool pooling) =>
        new(this, name, new NpgsqlConnectionStringBuilder(_connectionString) { Database = name, Pooling = pooling }.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        foreach (var template in (Lazy<Task<string>>[])[_migrated, _sample])
        {
            if (template.IsValueCreated)
                await DropAsync(await template.Value);
        }

        if (_container is not null)
            await _container.DisposeAsync();
    }

    internal async Task DropAsync(string name)
    {
        await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // Of the API, if the AppHost has used the database.
        await ExecuteAsync($"DROP ROLE IF EXISTS {name}_api");
    }

#pragma warning disable CA2100 // the names are ours
    private async Task ExecuteAsync(string sql)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(_connectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(connectionString.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
