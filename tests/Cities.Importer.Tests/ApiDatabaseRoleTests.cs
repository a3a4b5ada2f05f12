using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>
/// The role that the importer creates for the API. Its permissions are in Cities.Api.Tests (DatabaseRolesTests).
/// </summary>
public sealed class ApiDatabaseRoleTests(PrivatePostgres postgres) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private const string Role = "citiesdb_api";
    private const string Password = @"Zebra:7f3kq\Passwörd";

    private readonly GeoNamesFolder _folder = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        _database = await postgres.CreateDatabaseAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task A_run_creates_the_role_and_sets_its_password_which_no_log_has()
    {
        var file = Path.Combine(_folder.Path, "pgpass");
        await File.WriteAllTextAsync(file, $"*:*:*:somebody:else\n*:*:*:{Role}:{Password.Replace(@"\", @"\\").Replace(":", @"\:")}\n", Cancellation);
        var output = "";
        foreach (var password in new[] { $"Passfile={file}", $"Password={Password}1" })
        {
            var (exitCode, log) = await RunAsync($"Host=standby,primary;Username={Role};{password}", "Options=-c log_statement=all");
            Assert.Equal((int)ExitCode.Success, exitCode);
            output += log;
        }

        foreach (var log in new[] { output, await postgres.ReadLogAsync() })
            Assert.DoesNotContain(Password, log, StringComparison.Ordinal);
        Assert.Contains($"ALTER ROLE \"{Role}\" LOGIN PASSWORD 'SCRAM-SHA-256$", await postgres.ReadLogAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<PostgresException>(() => ConnectAsync(Password));
        Assert.Equal(0L, await ConnectAsync($"{Password}1"));

        async Task<long> ConnectAsync(string password) =>
            await PostgisServer.At(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = Role, Password = password }.ConnectionString)
                .Open(_database.Name).ScalarAsync<long>("SELECT count(*) FROM administration.local_names");
    }

    [Theory]
    [InlineData("Nonsense=1", 2, "is not a connection string")]
    [InlineData("Host=db", 2, "names no user")]
    [InlineData("Username=it's", 2, "names no user")]
    [InlineData("Username=api;Passfile=/nowhere/pgpass", 2, "names a password file that cannot be read")]
    [InlineData("Username=nobody", 2, "names the role 'nobody', which does not exist, but has no password to create it with")]
    [InlineData("Username=postgres;Password=x", 2, "names the role 'postgres', which can do more than the API needs")]
    public async Task A_role_that_cannot_be_the_APIs_is_refused_with_the_reason(string apiConnectionString, int exitCode, string problem)
    {
        var (actual, log) = await RunAsync($"{apiConnectionString};Application Name={Password}");

        Assert.Contains($"ConnectionStrings:apidb {problem}", log, StringComparison.Ordinal);
        Assert.Equal(exitCode, actual);
        Assert.DoesNotContain(Password, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_importer_that_may_not_create_roles_says_what_does()
    {
        await _database.ScalarAsync<int>(
            $"""
            CREATE ROLE limited LOGIN PASSWORD 'limited'; ALTER DATABASE {_database.Name} OWNER TO limited;
            CREATE EXTENSION postgis; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; SELECT 1
            """);

        var (exitCode, log) = await RunAsync("Username=limited_api;Password=x", "Username=limited;Password=limited");

        Assert.Equal((int)ExitCode.Failure, exitCode);
        Assert.Contains("The importer may not create the role 'limited_api'", log, StringComparison.Ordinal);
        Assert.Contains("docs/operations/roles.sql", log, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Log)> RunAsync(string apiConnectionString, string difference = "")
    {
        var start = ImporterCommand.Start($"{_database.ConnectionString};{difference}", "--source", _folder.Path);
        start.Environment["ConnectionStrings__apidb"] = apiConnectionString;
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);
        return (exitCode, output + errors);
    }
}
