using Cities.Api.Tests.Http;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests.Security;

/// <summary>docs/operations/roles.sql: one role imports, the other, the API's, can only read.</summary>
public sealed class DatabaseRolesTests(ApiFixture api) : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private string Importer => $"importer_{_database.Name}";

    private string Reader => $"reader_{_database.Name}";

    public async ValueTask InitializeAsync()
    {
        _database = await api.CreateDatabaseAsync();
        var script = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/operations/roles.sql"), TestContext.Current.CancellationToken);
        await _database.ExecuteAsync(script
            .Replace("cities_importer", Importer, StringComparison.Ordinal)
            .Replace("cities_reader", Reader, StringComparison.Ordinal)
            .Replace("DATABASE citiesdb", $"DATABASE {_database.Name}", StringComparison.Ordinal)
            .TrimEnd().TrimEnd(';'));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        NpgsqlConnection.ClearAllPools();
        await _database.ExecuteAsync($"DROP OWNED BY {Importer} CASCADE; DROP OWNED BY {Reader}; DROP ROLE {Importer}; DROP ROLE {Reader}");
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_API_needs_no_more_than_to_read_whatever_the_importer_builds_anew()
    {
        var importer = PostgisServer.At(ConnectionString(Importer, "importer-password")).Open(_database.Name);
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient(ConnectionString(Reader, "reader-password"));
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
        using (var health = await client.AskAsync("/health"))
            Assert.True(health.IsSuccessStatusCode);

        // Rows that differ, in place; and tables that are emptied, and built anew in the place of the empty ones.
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 5000);
        Assert.Equal(5000, (await client.GetJsonAsync("/api/v1/cities?orderBy=population&limit=1&fields=population"))["results"]![0]!["population"]!.GetValue<long>(), 1000d);
        var before = await CitiesAsync();
        await importer.FlushAsync("all", TestContext.Current.CancellationToken);
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(before, await CitiesAsync());
        await HttpTesting.NextVersionCheckAsync();
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
    }

    [Theory]
    [InlineData("INSERT INTO continents SELECT * FROM continents")]
    [InlineData("UPDATE cities SET name = 'x'")]
    [InlineData("DELETE FROM cities")]
    [InlineData("TRUNCATE import_runs")]
    [InlineData("DROP TABLE cities")]
    [InlineData("CREATE TABLE more (id int)")]
    [InlineData("CREATE TEMPORARY TABLE more (id int)")]
    [InlineData("CREATE SCHEMA more")]
    [InlineData("COPY cities TO PROGRAM 'true'")]
    public async Task The_APIs_role_changes_nothing_even_where_it_may_choose_how(string statement)
    {
        var importer = PostgisServer.At(ConnectionString(Importer, "importer-password")).Open(_database.Name);
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 100_000);
        var reader = PostgisServer.At(ConnectionString(Reader, "reader-password")).Open(_database.Name);
        Assert.Equal("on", await reader.ScalarAsync<string>("SHOW default_transaction_read_only"));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => reader.ExecuteAsync(statement));
        Assert.Contains(refused.SqlState, (string[])[PostgresErrorCodes.ReadOnlySqlTransaction, PostgresErrorCodes.InsufficientPrivilege]);

        // A session can leave the setting; the privileges are what counts.
        await using var connection = new NpgsqlConnection(reader.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var writable = new NpgsqlCommand("SET default_transaction_read_only = off", connection);
        await writable.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // the statements are above
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        var denied = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    private string ConnectionString(string role, string password) =>
        new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = role, Password = password }.ConnectionString;

    private Task<uint> CitiesAsync() => _database.ScalarAsync<uint>("SELECT 'cities'::regclass::oid");
}
