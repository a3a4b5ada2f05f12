using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer;
using Cities.Importer.Database;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cities.Testing;

/// <summary>A database that lives as long as its test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly LogProgress Progress = new(NullLogger<LogProgress>.Instance);

    private readonly PostgisServer _server;

    internal TestDatabase(PostgisServer server, string name, string connectionString)
    {
        _server = server;
        Name = name;
        ConnectionString = connectionString;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public CitiesDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<CitiesDbContext>();
        options.UseNpgsql(ConnectionString).UseCities();
        return new CitiesDbContext(options.Options);
    }

    /// <summary>Makes the importer's tables, as the importer does it: one may be doing it at the same time.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = CreateContext();
        var migrator = new Migrator(context, new ImportOptions(), Progress, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(cancellationToken);
    }

    /// <summary>Migrates, and creates or changes the role of the API's connection string, as every run of the importer does.</summary>
    public async Task ApplyApiRoleAsync(string apiConnectionString, CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        await using var context = CreateContext();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"ConnectionStrings:{CitiesDatabase.ApiConnectionName}", apiConnectionString)])
            .Build();
        await ApiDatabaseRole.Read(configuration)!.ApplyAsync(context, new ImportOptions(), NullLogger.Instance, cancellationToken);
    }

    /// <summary>The options for Great Britain's places in the sample that is bundled with the importer.</summary>
    internal static ImportOptions SampleOptions => new() { Countries = "GB", Places = ImportOptions.SamplePlaces };

    /// <summary>
    /// Migrates, and imports Great Britain's places from the sample that is bundled with the importer. A higher minimum
    /// population than that of the import before deletes most cities, as intended.
    /// </summary>
    public Task<ImportRun?> ImportSampleAsync(CancellationToken cancellationToken, long minimumPopulation = 0) =>
        ImportAsync(
            FolderSource.Sample,
            SampleOptions with { MinimumPopulation = minimumPopulation, MaximumDeletedShare = 1 },
            cancellationToken);

    /// <summary>Migrates, and imports the whole sample, as the importer does without a network.</summary>
    public Task<ImportRun?> ImportWorldSampleAsync(CancellationToken cancellationToken) =>
        ImportAsync(FolderSource.Sample, new ImportOptions().ForSample(), cancellationToken);

    internal Task<ImportRun?> ImportAsync(
        IGeoNamesSource source, ImportOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            options,
            (context, loader) => new Importer.Importer(
                context, loader, options, Progress, NullLogger<Importer.Importer>.Instance).ImportAsync(source, cancellationToken),
            cancellationToken);

    internal Task<ImportRun?> UpdateAsync(
        IGeoNamesSource source, ImportOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            options,
            (context, loader) => new Updater(
                context, loader, options, Progress, NullLogger<Updater>.Instance).UpdateAsync(source, cancellationToken),
            cancellationToken);

    /// <summary>Empties kinds of data, named as <c>--flush</c> names them.</summary>
    public Task<ImportRun?> FlushAsync(string kinds, CancellationToken cancellationToken) =>
        FlushAsync(new ImportOptions { Flush = kinds }, cancellationToken);

    internal Task<ImportRun?> FlushAsync(ImportOptions options, CancellationToken cancellationToken) =>
        RunAsync(
            options,
            async (context, _) => await new Flusher(
                context, options, Progress, NullLogger<Flusher>.Instance).FlushAsync(cancellationToken),
            cancellationToken);

    private async Task<ImportRun?> RunAsync(
        ImportOptions options,
        Func<CitiesDbContext, FileLoader, Task<ImportRun?>> run,
        CancellationToken cancellationToken)
    {
        await MigrateAsync(cancellationToken);
        await using var context = CreateContext();
        return await run(context, new FileLoader(options, Progress));
    }

    /// <summary>Makes a key that machines call the API with.</summary>
    /// <param name="role">What it lets do.</param>
    /// <param name="configure">What is otherwise than by default, or null.</param>
    /// <returns>The key.</returns>
    public async Task<string> CreateKeyAsync(ApiRole role, Action<ApiKey>? configure = null)
    {
        var text = ApiKeys.Create();
        var key = new ApiKey
        {
            Name = $"{role}-{Guid.NewGuid():N}",
            Role = role,
            Hash = ApiKeys.HashOf(text),
            Prefix = ApiKeys.ShownOf(text),
            CreatedAt = DateTimeOffset.UtcNow,
        };
        configure?.Invoke(key);
        await using var context = CreateContext();
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync();
        return text;
    }

    /// <summary>Runs a query.</summary>
    /// <returns>The first column of the first row.</returns>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // tests write their own SQL
        // Longer than the default: on a busy machine a statement may wait for sessions that are ending.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await _server.DropAsync(Name);
}
