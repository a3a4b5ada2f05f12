using Cities.Importer.Database;
using Cities.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgisServer))]

namespace Cities.Importer.Tests;

/// <summary>What tests of an import need: a database with empty tables and a folder of files, new for each test.</summary>
public abstract class ImportTest(PostgisServer server) : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected TestDatabase Database { get; private set; } = null!;

    private protected GeoNamesFolder Folder { get; } = new();

    public async ValueTask InitializeAsync() => Database = await server.CreateMigratedDatabaseAsync();

    /// <summary>Makes the database one without so much as a table.</summary>
    protected async Task EmptyDatabaseAsync()
    {
        await Database.DisposeAsync();
        Database = await server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Folder.Dispose();
        await Database.DisposeAsync();
    }

    /// <summary>Another importer at work in the database, until it is disposed of.</summary>
    private protected async Task<NpgsqlConnection> OpenOtherImporterAsync()
    {
        var other = new NpgsqlConnection(Database.ConnectionString);
        await other.OpenAsync(Cancellation);
        await other.BeginTransactionAsync(Cancellation);
        await ImportLock.TakeAsync(other, TimeSpan.Zero, NullLogger.Instance, Cancellation);
        return other;
    }

    private protected ImportOptions Options(string countries = "GB,IE") =>
        new() { Countries = countries, LockTimeout = TimeSpan.Zero, RejectsFolder = Path.Combine(Folder.Path, "rejects") };

    private protected async Task<string> ImportAsync(ImportOptions? options = null) =>
        Describe(await Database.ImportAsync(Folder.Source, options ?? Options(), Cancellation));

    private protected async Task<string> UpdateAsync(ImportOptions? options = null) =>
        Describe(await Database.UpdateAsync(Folder.Source, options ?? Options(), Cancellation));

    private protected async Task<string> FlushAsync(string kinds)
    {
        var options = Options();
        options.Flush = kinds;
        return Describe(await Database.FlushAsync(options, Cancellation));
    }

    private protected Task<long> CountAsync(string table) => Database.ScalarAsync<long>($"SELECT count(*) FROM {table}");

    /// <summary>The tables that a run changed, as "cities +3 ~1 -2".</summary>
    private static string Describe(Data.Entities.ImportRun? run) =>
        run is null
            ? "nothing to do"
            : string.Join(", ", run.Tables
                .Where(table => table.Inserted + table.Updated + table.Deleted > 0)
                .Select(table => $"{table.Name} +{table.Inserted} ~{table.Updated} -{table.Deleted}"));
}
