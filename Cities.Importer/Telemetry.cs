using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cities.Data.Entities;

namespace Cities.Importer;

/// <summary>
/// The spans and metrics of the importer. Their name is the name of the application, which the service defaults listen
/// to.
/// </summary>
internal static class Telemetry
{
    public const string Name = "Cities.Importer";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Number of rows read, by file.</summary>
    public static readonly Counter<long> RowsRead =
        Meter.CreateCounter<long>("cities.import.rows.read", "{row}", "Rows read from GeoNames' files.");

    /// <summary>Number of malformed rows, by file.</summary>
    public static readonly Counter<long> RowsRejected =
        Meter.CreateCounter<long>("cities.import.rows.rejected", "{row}", "Malformed rows.");

    private static readonly Counter<long> RowsMerged =
        Meter.CreateCounter<long>(
            "cities.import.rows.merged", "{row}", "Rows inserted, updated or deleted by successful runs.");

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "cities.import.run.duration",
        "s",
        "Duration of runs, by operation and outcome.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600],
        });

    /// <summary>Number of bytes read, by file. Compressed files are counted as compressed.</summary>
    public static readonly Counter<long> BytesRead =
        Meter.CreateCounter<long>("cities.import.bytes.read", "By", "Bytes read from GeoNames' files.");

    /// <summary>Records the metrics of a run. A successful run has the rows by table and operation.</summary>
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

    /// <summary>Records the metrics of a run that had nothing to do.</summary>
    /// <param name="run">The run.</param>
    public static void MeasureUnchanged(ImportRun run) => MeasureDuration(run, DateTimeOffset.UtcNow, "unchanged");

    private static void MeasureDuration(ImportRun run, DateTimeOffset finishedAt, string outcome) =>
        RunDuration.Record(
            (finishedAt - run.StartedAt).TotalSeconds,
            new("cities.import.operation", run.Operation.ToString().ToLowerInvariant()),
            new("cities.import.outcome", outcome.ToLowerInvariant()));
}
