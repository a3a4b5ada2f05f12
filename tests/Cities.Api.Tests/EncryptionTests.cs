using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>The API and a server that takes encrypted connections alone. (The servers of all other tests take none.)</summary>
public sealed class EncryptionTests(ApiFixture api, PrivatePostgres postgres) : IClassFixture<PrivatePostgres>
{
    private const string Application = "encrypted";
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task Connections_are_encrypted_where_the_server_offers_it_and_checked_where_the_connection_string_says_so()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        var database = await postgres.CreateDatabaseAsync();
        await database.ImportSampleAsync(TestContext.Current.CancellationToken);
        Assert.True((await AskAsync($"{database.ConnectionString}")).IsSuccess);
        var certificate = await postgres.RestartEncryptedAsync();
        database = postgres.Open(database);
        var localhost = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "localhost" };

        // Its connections are there as long as the client is.
        using var client = api.CreateClient($"{database.ConnectionString};Application Name={Application}");
        Assert.True((await Trickle.AskAsync(client, London)).IsSuccess);
        Assert.True(await database.ScalarAsync<bool>(
            $"SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '{Application}'"));
        Assert.False((await AskAsync($"{database.ConnectionString};SSL Mode=Disable")).IsSuccess);

        // Whose certificate it is nobody asks by default. (A container has not the file of the certificate.)
        if (ApiContainer.Image is null)
            Assert.True((await AskAsync($"{localhost};SSL Mode=VerifyFull;Root Certificate={certificate}")).IsSuccess);
        Assert.False((await AskAsync($"{localhost};SSL Mode=VerifyFull")).IsSuccess);
        Assert.False((await AskAsync($"{database.ConnectionString};SSL Mode=VerifyFull;Root Certificate={certificate}")).IsSuccess);
    }

    private async Task<Trickle.Answer> AskAsync(string connectionString)
    {
        using var client = api.CreateClient(connectionString);
        return await Trickle.AskAsync(client, London);
    }
}
