using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cities.Data.Entities;

namespace Cities.Importer;

/// <summary>
/// The importer's spans and metrics; their name is the application's, which the service defaults listen to.
/// </summary>
internal static class Telemetry
{
    public const string Name = "Cities.Importer";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Rows read, by file.</summary>
    public static readonly Counter<long> RowsRead =
        Meter.CreateCounter<long>("cities.import.rows.read", "{row}", "Rows read from GeoNames' files.");

    /// <summary>Rows kept out as malformed, by file.</summary>
    public static readonly Counter<long> RowsRejected =
        Meter.CreateCounter<long>("cities.import.rows.rejected", "{row}", "Rows that are malformed.");

    private static readonly Counter<long> RowsMerged =
        Meter.CreateCounter<long>("cities.import.rows.merged", "{row}", "Rows inserted, updated or deleted, by runs that succeeded.");

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "cities.import.run.duration",
        "s",
        "How long runs took, by what they were to do and how they ended.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600] });

    /// <summary>Bytes read from files, compressed where the file is, by file.</summary>
    public static readonly Counter<long> BytesRead =
        Meter.CreateCounter<long>("cities.import.bytes.read", "By", "Bytes read from GeoNames' files.");

    /// <summary>Measures a run that has ended, with its rows by table and operation if it succeeded.</summary>
    /// <param name="run">The run.</param>
    public static void Measure(ImportRun run)
    {
        MeasureDuration(run, run.FinishedAt, run.Outcome.ToString());
        foreach (var table in run.Tables)
        {
            Count(table, "insert", table.Inserted);
            Count(table, "update", table.Updated);
            Count(table, "delete", table.Deleted);
        }

        static void Count(ImportedTable table, string operation, long rows) =>
            RowsMerged.Add(rows, new("db.collection.name", table.Name), new("db.operation.name", operation));
    }

    /// <summary>Measures a run that found nothing to do, of which there is no record.</summary>
    /// <param name="run">The run.</param>
    public static void MeasureUnchanged(ImportRun run) => MeasureDuration(run, DateTimeOffset.UtcNow, "unchanged");

    private static void MeasureDuration(ImportRun run, DateTimeOffset finishedAt, string outcome) =>
        RunDuration.Record(
            (finishedAt - run.StartedAt).TotalSeconds,
            new("cities.import.operation", run.Operation.ToString().ToLowerInvariant()),
            new("cities.import.outcome", outcome.ToLowerInvariant()));
}
