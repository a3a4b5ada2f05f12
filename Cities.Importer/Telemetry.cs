using System.Diagnostics;
using System.Diagnostics.Metrics;

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

    /// <summary>Rows inserted, updated or deleted, by table and operation.</summary>
    public static readonly Counter<long> RowsMerged =
        Meter.CreateCounter<long>("cities.import.rows.merged", "{row}", "Rows inserted, updated or deleted.");

    /// <summary>Bytes read from files, compressed where the file is, by file.</summary>
    public static readonly Counter<long> BytesRead =
        Meter.CreateCounter<long>("cities.import.bytes.read", "By", "Bytes read from GeoNames' files.");
}
