using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Api.Imports;

/// <summary>
/// The history of imports. Its answers are not cached: a failed run adds an entry, but does not change the version of
/// the data, which is part of the cache key.
/// </summary>
internal static class ImportsEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var imports = api.MapGroup("/imports").WithTags("Operations");
        imports.MapGet("", ListAsync)
            .WithName("listImports")
            .WithSummary("List the runs of the importer")
            .WithDescription(
                "The runs of the importer that changed the data, failed or were cancelled, the newest first. Runs that "
                + "had nothing to do are not included. The answers must not be cached.")
            .WithExample(Examples.PageOf(ImportRunResponse.Example));
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImport")
            .WithSummary("Get a run of the importer")
            .WithDescription("One run of the importer by its id.")
            .WithExample(ImportRunResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<ImportRunResponse>>> ListAsync(
        [FromQuery, Description("The outcome of the runs: succeeded, failed or cancelled."), Example("succeeded")]
        [OneOf("succeeded", "failed", "cancelled")]
        string? outcome,
        [AsParameters] PageRequest page,
        Sql sql,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText from = $"FROM import_runs run WHERE true";
        if (outcome is not null)
            from = $"{from} AND run.outcome = {Enum.Parse<ImportOutcome>(outcome, ignoreCase: true).ToString()}";
        return TypedResults.Ok((await sql.ReadPageAsync(
            request, page, ImportRunResponse.Columns, from, $"run.id", ImportRunResponse.Read, cancellationToken))!);
    }

    private static async Task<Results<Ok<ImportRunResponse>, NotFound>> GetAsync(
        [Description("Id of the run."), Example("1")] long id, Sql sql, CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync(
            [$"SELECT {ImportRunResponse.Columns} FROM import_runs run WHERE run.id = {id}"], cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? TypedResults.Ok(ImportRunResponse.Read(reader))
            : TypedResults.NotFound();
    }
}

/// <summary>A run of the importer.</summary>
/// <param name="Id">The id of the run. It increases with each run.</param>
/// <param name="Operation">The operation: import, update (GeoNames' daily changes) or flush.</param>
/// <param name="Outcome">
/// The outcome: succeeded, failed or cancelled. A failed or cancelled run has not changed the data.
/// </param>
/// <param name="StartedAt">The start time, UTC.</param>
/// <param name="FinishedAt">The end time, UTC.</param>
/// <param name="Seconds">The duration in seconds.</param>
/// <param name="Source">
/// The scheme and host of the source of the files, or "the bundled sample"; null for a folder or without files.
/// </param>
/// <param name="IsSample">Whether the files were the sample that is bundled with the importer.</param>
/// <param name="Kinds">
/// The kinds of data: country, region, subregion, city, district, alt_name, postal_code, time_zone.
/// </param>
/// <param name="Countries">ISO 3166-1 alpha-2 codes of the countries; empty for all countries.</param>
/// <param name="ChangesThrough">The last day whose changes the data contains, or null if it is not known.</param>
/// <param name="Tables">The changes to each table.</param>
/// <param name="Error">The error of a failed run, or null. It contains no addresses, hosts or paths.</param>
public sealed record ImportRunResponse(
    long Id,
    ImportOperation Operation,
    ImportOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    string? Source,
    bool IsSample,
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string> Countries,
    DateOnly? ChangesThrough,
    IReadOnlyList<ImportTableResponse> Tables,
    string? Error)
{
    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"""
        run.id, run.operation, run.outcome, run.started_at, run.finished_at, run.source, run.is_sample, run.kinds,
        run.countries, run.changes_through, run.tables::text, run.error
        """;

    internal static ImportRunResponse Read(NpgsqlDataReader reader)
    {
        var startedAt = reader.GetFieldValue<DateTimeOffset>(3);
        var finishedAt = reader.GetFieldValue<DateTimeOffset>(4);
        var (source, isSample) = (reader.GetString(5), reader.GetBoolean(6));
        return new ImportRunResponse(
            reader.GetInt64(0),
            Enum.Parse<ImportOperation>(reader.GetString(1)),
            Enum.Parse<ImportOutcome>(reader.GetString(2)),
            startedAt,
            finishedAt,
            Math.Round((finishedAt - startedAt).TotalSeconds, 3),
            Redaction.Source(source, isSample),
            isSample,
            reader.GetFieldValue<string[]>(7),
            reader.GetFieldValue<string[]>(8),
            reader.GetOptional<DateOnly>(9),
            ImportTableResponse.Read(reader.GetString(10)),
            reader.GetOptionalString(11) is { } error ? Redaction.Message(error, source) : null);
    }

    internal static ImportRunResponse Example { get; } = new(
        2,
        ImportOperation.Update,
        ImportOutcome.Succeeded,
        new DateTimeOffset(2026, 11, 25, 4, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 25, 4, 0, 3, 250, TimeSpan.Zero),
        3.25,
        "https://download.geonames.org",
        false,
        ["city", "district", "alt_name"],
        ["GB"],
        new DateOnly(2026, 11, 24),
        [new ImportTableResponse("cities", 1, 14, 2)],
        null);
}

/// <summary>The changes of a run of the importer to a table.</summary>
/// <param name="Name">The name of the table.</param>
/// <param name="Inserted">The number of inserted rows.</param>
/// <param name="Updated">The number of updated rows.</param>
/// <param name="Deleted">The number of deleted rows.</param>
public sealed record ImportTableResponse(string Name, long Inserted, long Updated, long Deleted)
{
    /// <summary>Reads the JSON of the column <c>tables</c>.</summary>
    internal static IReadOnlyList<ImportTableResponse> Read(string json) =>
        [.. JsonSerializer.Deserialize(json, ImportedTables.Default.ListImportedTable)!.Select(table =>
            new ImportTableResponse(table.Name, table.Inserted, table.Updated, table.Deleted))];
}

/// <summary>
/// The serializer of the column <c>tables</c>. The names of its properties are those of <see cref="ImportedTable"/>.
/// </summary>
[JsonSerializable(typeof(List<ImportedTable>))]
internal sealed partial class ImportedTables : JsonSerializerContext;
