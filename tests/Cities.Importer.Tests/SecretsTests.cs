using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>The password of the connection string is nowhere in what the importer prints, at any level.</summary>
public sealed class SecretsTests(PostgisServer server) : ImportTest(server)
{
    private const string Password = "Zebra-7f3kq-Password";

    [Theory]
    [InlineData("Host=127.0.0.1;Port=9;Timeout=2", "The database cannot be reached: ")]
    [InlineData("Username=no_such_role", "The database refuses the connection: ")]
    [InlineData("Options=-c no_such_setting=1", "The database refuses the connection: ")]
    public async Task A_database_that_cannot_be_used_is_named_without_the_password(string difference, string problem)
    {
        var connection = new NpgsqlConnectionStringBuilder($"{Database.ConnectionString};{difference}") { Password = Password };

        var output = await RunAsync(connection.ConnectionString);

        Assert.Contains(problem, output, StringComparison.Ordinal);
        Assert.DoesNotContain("The import failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nonsense=1")]
    [InlineData("Port=many")]
    public async Task A_connection_string_that_cannot_be_read_is_refused_without_the_password(string part) =>
        Assert.DoesNotContain(Password, await RunAsync($"Host=127.0.0.1;Password={Password};{part}"), StringComparison.Ordinal);

    private async Task<string> RunAsync(string connectionString)
    {
        var start = ImporterCommand.Start(connectionString, "--source", Folder.Path, "--database-timeout", "00:00:05");
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);
        Assert.NotEqual(0, exitCode);
        return output + errors;
    }
}
