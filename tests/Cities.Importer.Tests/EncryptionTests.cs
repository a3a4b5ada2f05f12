using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>The importer and a server that takes encrypted connections alone.</summary>
public sealed class EncryptionTests(PrivatePostgres postgres) : IClassFixture<PrivatePostgres>
{
    [Fact]
    public async Task Connections_are_encrypted_where_the_server_offers_it()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        using var folder = new GeoNamesFolder();
        GeneratedFiles.Write(folder, version: 1);
        var database = await postgres.CreateDatabaseAsync();
        await postgres.RestartEncryptedAsync();
        database = postgres.Open(database);

        using var importer = new ImporterProcess(database, folder);
        await importer.AssertExitsAsync(ExitCode.Success, TestContext.Current.CancellationToken);

        await using var plain = new NpgsqlConnection($"{database.ConnectionString};SSL Mode=Disable");
        await Assert.ThrowsAsync<PostgresException>(() => plain.OpenAsync(TestContext.Current.CancellationToken));
    }
}
