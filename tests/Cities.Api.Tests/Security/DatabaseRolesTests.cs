using System.Text;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests.Security;

/// <summary>docs/operations/roles.sql: one role imports; the other, the API's, reads, and corrects by triggers.</summary>
public sealed class DatabaseRolesTests(ApiFixture api) : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private string Importer => $"importer_{_database.Name}";

    private string Reader => $"reader_{_database.Name}";

    public async ValueTask InitializeAsync() => _database = await api.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        NpgsqlConnection.ClearAllPools();
        await _database.ExecuteAsync($"DROP OWNED BY {Importer} CASCADE; DROP OWNED BY {Reader}; DROP ROLE {Importer}; DROP ROLE {Reader}");
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_API_needs_no_more_than_that_whatever_the_importer_rebuilds()
    {
        var importer = await CreateRolesAsync();
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient(ConnectionString(Reader, "reader-password"));
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
        await HttpTesting.ReadyAsync(client);

        // An update of rows that differ, and a rebuild of tables that are empty.
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 5000);
        Assert.Equal(5000, (await client.GetJsonAsync("/api/v1/cities?orderBy=population&limit=1&fields=population"))["results"]![0]!["population"]!.GetValue<long>(), 1000d);
        var before = await CitiesAsync();
        await importer.FlushAsync("all", TestContext.Current.CancellationToken);
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(before, await CitiesAsync());
        await HttpTesting.NextVersionCheckAsync();
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
    }

    [Fact]
    public async Task A_database_that_has_its_tables_already_is_handed_over()
    {
        await _database.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 100_000);
        var importer = await CreateRolesAsync();
        using var client = api.CreateSignedInClient(
            ConnectionString(Reader, "reader-password"), await _database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo"));
        await CorrectAsync(client);

        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 200_000);
        await importer.FlushAsync("all", TestContext.Current.CancellationToken);
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 200_000);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
        Assert.Equal("importer", await _database.ScalarAsync<string>(
            """
            SELECT string_agg(DISTINCT split_part(proowner::regrole::text, '_', 1), ',')
            FROM pg_proc WHERE pronamespace = 'administration'::regnamespace
            """));
    }

    [Fact]
    public async Task The_API_corrects_by_the_triggers()
    {
        var importer = await CreateRolesAsync();
        await importer.ImportSampleAsync(TestContext.Current.CancellationToken, minimumPopulation: 100_000);
        using var client = api.CreateSignedInClient(
            ConnectionString(Reader, "reader-password"), await _database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo"));

        await CorrectAsync(client);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
        Assert.Equal("key:jo", await _database.ScalarAsync<string>("SELECT actor FROM audit_log"));
    }

    [Theory]
    [InlineData("INSERT INTO continents (id, code, name) SELECT id, code, name FROM continents")]
    [InlineData("UPDATE cities SET name = 'x'")]
    [InlineData("DELETE FROM cities")]
    [InlineData("TRUNCATE import_runs")]
    [InlineData("DROP TABLE cities")]
    [InlineData("CREATE TABLE more (id int)")]
    [InlineData("CREATE TEMPORARY TABLE more (id int)")]
    [InlineData("CREATE SCHEMA more")]
    [InlineData("COPY cities TO PROGRAM 'true'")]
    [InlineData("INSERT INTO audit_log (at, actor, action, city_id) VALUES (now(), 'x', 'Correct', 1)")]
    [InlineData("UPDATE audit_log SET actor = 'x'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("UPDATE api_keys SET role = 'Admin'")]
    [InlineData("CREATE TABLE administration.more (id int)")]
    [InlineData("CREATE FUNCTION administration.more() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [InlineData("TRUNCATE administration.city_corrections")]
    [InlineData("ALTER TABLE administration.city_corrections DISABLE TRIGGER ALL")]
    public async Task The_APIs_role_changes_nothing_else_even_where_it_may_choose_how(string statement)
    {
        var importer = await CreateRolesAsync();
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

    /// <summary>Runs the file.</summary>
    /// <returns>The database as the importer's role has it.</returns>
    private async Task<TestDatabase> CreateRolesAsync()
    {
        var script = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/operations/roles.sql"), TestContext.Current.CancellationToken);
        await _database.ExecuteAsync(script
            .Replace("cities_importer", Importer, StringComparison.Ordinal)
            .Replace("cities_reader", Reader, StringComparison.Ordinal)
            .Replace("DATABASE citiesdb", $"DATABASE {_database.Name}", StringComparison.Ordinal)
            .TrimEnd().TrimEnd(';'));
        return PostgisServer.At(ConnectionString(Importer, "importer-password")).Open(_database.Name);
    }

    private static async Task CorrectAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/admin/cities/2643743")
        {
            Content = new StringContent("""{"population":1}""", Encoding.UTF8, "application/merge-patch+json"),
            Headers = { { "If-Match", "*" } },
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private string ConnectionString(string role, string password) =>
        new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = role, Password = password }.ConnectionString;

    private Task<uint> CitiesAsync() => _database.ScalarAsync<uint>("SELECT 'cities'::regclass::oid");
}
