using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Api.Imports;

/// <summary>A run of the importer.</summary>
/// <param name="Id">Increases with each run.</param>
/// <param name="Operation">What was asked of it: import, update (GeoNames' daily changes) or flush.</param>
/// <param name="Outcome">How it ended: succeeded, failed or cancelled. All but the first changed nothing.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="Seconds">How long it took, in seconds.</param>
/// <param name="Source">Scheme and host that the files came from, "the bundled sample", or null for a folder and for none.</param>
/// <param name="IsSample">Whether the files were the sample that is bundled with the importer.</param>
/// <param name="Kinds">Kinds of data: country, region, subregion, city, district, alt_name, postal_code, time_zone.</param>
/// <param name="Countries">ISO 3166-1 alpha-2 codes of the countries; empty for all.</param>
/// <param name="ChangesThrough">The last day whose changes the data holds, or null where that is not known.</param>
/// <param name="Tables">What changed, table by table.</param>
/// <param name="Error">Why it failed, or null. Addresses, hosts and paths are left out.</param>
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
        run.id, run.operation, run.outcome, run.started_at, run.finished_at, run.source, run.is_sample, run.kinds, run.countries,
        run.changes_through, run.tables::text, run.error
        """;

    internal static ImportRunResponse Read(NpgsqlDataReader reader)
    {
        var (startedAt, finishedAt) = (reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4));
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

/// <summary>What a run of the importer did to a table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Deleted">Rows deleted.</param>
public sealed record ImportTableResponse(string Name, long Inserted, long Updated, long Deleted)
{
    /// <summary>Reads the JSON of the column <c>tables</c>.</summary>
    internal static IReadOnlyList<ImportTableResponse> Read(string json) =>
        [.. JsonSerializer.Deserialize(json, ImportedTables.Default.ListImportedTable)!.Select(table =>
            new ImportTableResponse(table.Name, table.Inserted, table.Updated, table.Deleted))];
}

/// <summary>The JSON of the column <c>tables</c>, whose properties are named as those of <see cref="ImportedTable"/>.</summary>
[JsonSerializable(typeof(List<ImportedTable>))]
internal sealed partial class ImportedTables : JsonSerializerContext;
