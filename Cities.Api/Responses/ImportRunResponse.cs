using System.Linq.Expressions;
using Cities.Data;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

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
    string Operation,
    string Outcome,
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
    internal static Expression<Func<ImportRun, ImportRunResponse>> Projection { get; } = run => new ImportRunResponse(
        run.Id,
        Name(run.Operation),
        Name(run.Outcome),
        run.StartedAt,
        run.FinishedAt,
        Between(run.StartedAt, run.FinishedAt),
        Redaction.Source(run.Source, run.IsSample),
        run.IsSample,
        run.Kinds,
        run.Countries,
        run.ChangesThrough,
        ImportTableResponse.Of(run.Tables),
        run.Error == null ? null : Redaction.Message(run.Error, run.Source));

    internal static ImportRunResponse Example { get; } = new(
        2,
        "update",
        "succeeded",
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

    /// <summary>As it stands in JSON and in the parameter that filters by it.</summary>
    private static string Name(Enum value) => value.ToString().ToLowerInvariant();

    private static double Between(DateTimeOffset start, DateTimeOffset end) => Math.Round((end - start).TotalSeconds, 3);
}

/// <summary>What a run of the importer did to a table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Deleted">Rows deleted.</param>
public sealed record ImportTableResponse(string Name, long Inserted, long Updated, long Deleted)
{
    internal static IReadOnlyList<ImportTableResponse> Of(IEnumerable<ImportedTable> tables) =>
        [.. tables.Select(table => new ImportTableResponse(table.Name, table.Inserted, table.Updated, table.Deleted))];
}
