namespace Cities.Api.Imports;

/// <summary>What data there is, and how fresh it is.</summary>
/// <param name="Version">What tells this state of the data from any other: it changes, and all ETags with it, when a run of the
/// importer succeeds or an editor changes something. Null before the first run.</param>
/// <param name="LastImport">The run of the importer that left the data as it is, or null before the first.</param>
/// <param name="Counts">How many there are.</param>
/// <param name="Countries">The countries, in the order of their codes, with their cities.</param>
public sealed record StatsResponse(
    string? Version, LastImportResponse? LastImport, CountsResponse Counts, IReadOnlyList<CountryStatsResponse> Countries)
{
    internal static StatsResponse Example { get; } = new(
        "2-8df03a1b3a2f4d0",
        new LastImportResponse(
            2,
            ImportOperation.Update,
            new DateTimeOffset(2026, 11, 25, 4, 0, 3, 250, TimeSpan.Zero),
            "https://download.geonames.org",
            false,
            new DateOnly(2026, 11, 24)),
        new CountsResponse(2699, 67, 1, 4, 149, 1880, 14230),
        [new CountryStatsResponse("GB", "United Kingdom", 2699, 61204512)]);
}

/// <summary>The run of the importer that left the data as it is. It has an end and no age: answers are kept.</summary>
/// <param name="Id">The id of the run, below <c>/imports</c>.</param>
/// <param name="Operation">What was asked of it: import, update (GeoNames' daily changes) or flush.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="Source">Scheme and host that the files came from, "the bundled sample", or null for a folder and for none.</param>
/// <param name="IsSample">Whether the files were the sample that is bundled with the importer.</param>
/// <param name="ChangesThrough">The last day whose changes the data holds, or null where that is not known.</param>
public sealed record LastImportResponse(
    long Id, ImportOperation Operation, DateTimeOffset FinishedAt, string? Source, bool IsSample, DateOnly? ChangesThrough);

/// <summary>How many there are.</summary>
/// <param name="Cities">Populated places.</param>
/// <param name="Districts">Sections of populated places.</param>
/// <param name="Countries">Countries and dependent territories.</param>
/// <param name="Regions">First-order administrative divisions.</param>
/// <param name="Subregions">Second-order administrative divisions.</param>
/// <param name="PostalCodes">Postal codes, one for each place that uses it.</param>
/// <param name="AlternativeNames">Other names, links and codes of places.</param>
public sealed record CountsResponse(
    long Cities, long Districts, long Countries, long Regions, long Subregions, long PostalCodes, long AlternativeNames);

/// <summary>The cities of a country.</summary>
/// <param name="Code">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Name">English name of the country.</param>
/// <param name="Cities">How many cities it has.</param>
/// <param name="Population">How many inhabitants they have together.</param>
public sealed record CountryStatsResponse(string Code, string Name, long Cities, long Population);
