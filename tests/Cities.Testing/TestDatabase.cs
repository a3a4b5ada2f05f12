using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cities.Testing;

/// <summary>A database that lives as long as its test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgisServer _server;
    private readonly string _name;

    internal TestDatabase(PostgisServer server, string name, string connectionString)
    {
        _server = server;
        _name = name;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public CitiesDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<CitiesDbContext>();
        options.UseNpgsql(ConnectionString).UseCities();
        return new CitiesDbContext(options.Options);
    }

    /// <summary>Migrates, and imports the sample that is bundled with the importer.</summary>
    public Task<ImportRun?> ImportSampleAsync(CancellationToken cancellationToken) =>
        ImportAsync(FolderSource.Sample, new ImportOptions(), cancellationToken);

    internal async Task<ImportRun?> ImportAsync(
        IGeoNamesSource source, ImportOptions options, CancellationToken cancellationToken)
    {
        await using var context = CreateContext();
        await context.Database.MigrateAsync(cancellationToken);
        var progress = new LogProgress(NullLogger<LogProgress>.Instance);
        var importer = new Importer.Importer(
            context,
            new FileLoader(options, progress, NullLogger<FileLoader>.Instance),
            options,
            progress,
            NullLogger<Importer.Importer>.Instance);
        return await importer.ImportAsync(source, cancellationToken);
    }

    /// <summary>Runs a query.</summary>
    /// <returns>The first column of the first row.</returns>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // tests write their own SQL
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await _server.DropAsync(_name);
}
