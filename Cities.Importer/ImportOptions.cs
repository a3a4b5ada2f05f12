using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>What to import and from where: the configuration section <c>Import</c>.</summary>
internal sealed record ImportOptions
{
    public const string SectionName = "Import";

    /// <summary>GeoNames' own download server.</summary>
    public const string DefaultSource = "https://download.geonames.org/export/";

    /// <summary>What stands for every country, language, kind or feature code.</summary>
    private const string All = "all";

    /// <summary>The value of <see cref="Places"/> that stands for each country's own file.</summary>
    public const string PlacesPerCountry = "country";

    /// <summary>The files of populated places that GeoNames publishes for the whole world.</summary>
    public static readonly string[] WorldFiles =
        ["cities500", "cities1000", "cities5000", "cities15000", "allCountries"];

    /// <summary>Base address (http, https, file) or folder, laid out as GeoNames' server: <c>dump/</c> and <c>zip/</c>.</summary>
    public string Source { get; set; } = DefaultSource;

    /// <summary>ISO 3166-1 alpha-2 codes, comma-separated; <c>all</c> for every country.</summary>
    public string Countries { get; set; } = "GB";

    /// <summary><see cref="PlacesPerCountry"/>, or one of <see cref="WorldFiles"/>.</summary>
    public string Places { get; set; } = PlacesPerCountry;

    /// <summary>The kinds of data, comma-separated (<see cref="DataKindNames"/>), or <c>all</c>.</summary>
    public string Kinds { get; set; } = "all";

    /// <summary>The kinds of data that are emptied, and nothing is imported; null for an import.</summary>
    public string? Flush { get; set; }

    /// <summary>
    /// Languages of the alternative names, comma-separated: ISO 639 codes as GeoNames writes them, <c>und</c> for names
    /// whose language is not determined, or <c>all</c>.
    /// </summary>
    public string Languages { get; set; } = "en,und";

    /// <summary>GeoNames feature codes of class P that are imported, comma-separated, or <c>all</c>.</summary>
    public string FeatureCodes { get; set; } = "all";

    /// <summary>
    /// ISO 3166-1 alpha-2 codes of the countries whose postal codes are imported, comma-separated, or <c>all</c>; null for
    /// those of <see cref="Countries"/>.
    /// </summary>
    public string? PostalCodeCountries { get; set; }

    /// <summary>Places with fewer inhabitants are left out.</summary>
    public long MinimumPopulation { get; set; }

    /// <summary>Folder of downloaded files.</summary>
    public string CacheFolder { get; set; } = Path.Combine(DataFolder, "geonames");

    /// <summary>Folder of the lists of rejected rows.</summary>
    public string RejectsFolder { get; set; } = Path.Combine(DataFolder, "rejects");

    /// <summary>Whether rows stay that are gone from the files.</summary>
    public bool KeepRemoved { get; set; }

    /// <summary>Whether GeoNames' daily changes are applied instead of an import of the whole files.</summary>
    public bool Update { get; set; }

    /// <summary>
    /// How long after an import GeoNames' daily changes are applied, again and again; null for a process that ends with its
    /// import.
    /// </summary>
    public TimeSpan? Every { get; set; }

    /// <summary>Whether the process stays and imports nothing but what administrators ask for (<see cref="ImportRequest"/>).</summary>
    public bool Serve { get; set; }

    /// <summary>The first day whose changes are applied; null for the day after the last one known.</summary>
    public DateOnly? Since { get; set; }

    /// <summary>The last day whose changes are applied; null for yesterday (UTC).</summary>
    public DateOnly? Until { get; set; }

    /// <summary>Whether the bundled sample is imported when the server cannot be reached and nothing is cached.</summary>
    public bool SampleFallback { get; set; } = true;

    /// <summary>Whether to merge although the same files were imported last.</summary>
    public bool Force { get; set; }

    /// <summary>Share of a file's rows, 0 to 1, that may be malformed before the import fails.</summary>
    public double MaximumRejectedShare { get; set; } = 0.01;

    /// <summary>How long to wait for a database that does not answer yet.</summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for another importer to end.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The kinds of data that are imported.</summary>
    public DataKinds KindFlags => DataKindNames.Parse(Kinds);

    /// <summary>The countries as upper-case codes, sorted; empty for every country.</summary>
    public string[] CountryCodes => Codes(Countries);

    /// <summary>The countries whose postal codes are imported, likewise.</summary>
    public string[] PostalCodeCountryCodes => Codes(PostalCodeCountries ?? Countries);

    /// <summary>The languages of the alternative names.</summary>
    public string[] LanguageCodes => [.. Split(Languages).Select(code => code.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    /// <summary>The options on which it depends what rows files give.</summary>
    public string Fingerprint => string.Join(
        '|', string.Join(',', KindFlags.ToNames()), Places, string.Join(',', CountryCodes), MinimumPopulation,
        string.Join(',', Codes(FeatureCodes)), string.Join(',', LanguageCodes), string.Join(',', PostalCodeCountryCodes), KeepRemoved);

    private static string DataFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "cities");

    /// <summary>Makes the filter of populated places that the options stand for.</summary>
    public PlaceFilter CreatePlaceFilter() => new(KindFlags, MinimumPopulation, Codes(FeatureCodes));

    /// <summary>Makes the filter of changed places: those that the file of places would hold.</summary>
    public PlaceFilter CreateChangesFilter() => new ChangesFilter(KindFlags, MinimumPopulation, Codes(FeatureCodes), Places);

    /// <summary>Begins the record of a run.</summary>
    public ImportRun CreateRun(ImportOperation operation, IGeoNamesSource? source) => new()
    {
        Operation = operation,
        StartedAt = DateTimeOffset.UtcNow,
        Source = source?.Description ?? "",
        IsSample = source?.IsSample ?? false,
        Kinds = (Flush is null ? KindFlags : DataKindNames.Parse(Flush)).ToNames(),
        Countries = CountryCodes,
        Fingerprint = "",
    };

    /// <summary>Reads the options and checks them.</summary>
    /// <exception cref="ImportException">A value is impossible; the message names its key.</exception>
    public static ImportOptions Read(IConfiguration configuration)
    {
        ImportOptions options;
        try
        {
            options = configuration.GetSection(SectionName).Get<ImportOptions>() ?? new ImportOptions();
        }
        catch (InvalidOperationException exception)
        {
            throw new ImportException(ExitCode.Usage, exception.Message, exception);
        }

        options.Validate();
        return options;
    }

    /// <summary>
    /// These options with what a request asks for. All else stays: where files come from above all, for who asks could have the importer
    /// reach whatever it can reach.
    /// </summary>
    /// <exception cref="ImportException">The request asks for what is impossible; the message names the key.</exception>
    public ImportOptions For(ImportRequest request)
    {
        if (request.Operation is not (ImportOperation.Import or ImportOperation.Update))
            throw new ImportException(ExitCode.Usage, $"The operation {request.Operation} cannot be asked for.");
        var wanted = this with
        {
            Update = request.Operation == ImportOperation.Update,
            Countries = request.Countries ?? Countries,
            PostalCodeCountries = request.Countries is null ? PostalCodeCountries : null,
            Kinds = request.Kinds ?? Kinds,
            Force = request.Force,
            // Who asks for data wants GeoNames', or to know why there is none.
            SampleFallback = false,
            Flush = null,
            Since = null,
            Until = null,
            Serve = false,
        };
        wanted.Validate();
        return wanted;
    }

    private void Validate()
    {
        if (string.IsNullOrWhiteSpace(Source))
            throw Invalid(nameof(Source), "is empty");
        if (Places != PlacesPerCountry && !WorldFiles.Contains(Places))
        {
            throw Invalid(
                nameof(Places), $"is '{Places}', not one of {PlacesPerCountry}, {string.Join(", ", WorldFiles)}");
        }

        ValidateKinds(nameof(Kinds), Kinds);
        ValidateKinds(nameof(Flush), Flush ?? All);
        ValidateCountries(nameof(Countries), Countries);
        ValidateCountries(nameof(PostalCodeCountries), PostalCodeCountries ?? All);
        if (LanguageCodes is [])
            throw Invalid(nameof(Languages), "is empty; say 'all' for every language");
        if (Codes(FeatureCodes) is [] && !IsAll(FeatureCodes))
            throw Invalid(nameof(FeatureCodes), "is empty; say 'all' for every feature code");
        if (Every <= TimeSpan.Zero)
            throw Invalid(nameof(Every), "is not above zero");
        if (Every is not null && Flush is not null)
            throw Invalid(nameof(Every), $"is of no use with {nameof(Flush)}");
        if (Serve && (Flush is not null || Every is not null))
            throw Invalid(nameof(Serve), $"goes neither with {nameof(Flush)} nor with {nameof(Every)}, which serves requests too");
        if (Since > Until)
            throw Invalid(nameof(Since), "is after Until");
        if (CountryCodes.Length == 0 && Places == PlacesPerCountry)
            throw Invalid(nameof(Countries), $"is 'all', which needs {nameof(Places)} to be {string.Join(" or ", WorldFiles)}");
        if (MinimumPopulation < 0)
            throw Invalid(nameof(MinimumPopulation), "is negative");
        if (MaximumRejectedShare is not (>= 0 and <= 1))
            throw Invalid(nameof(MaximumRejectedShare), "is not between 0 and 1");
        if (DatabaseTimeout < TimeSpan.Zero)
            throw Invalid(nameof(DatabaseTimeout), "is negative");
        if (LockTimeout < TimeSpan.Zero)
            throw Invalid(nameof(LockTimeout), "is negative");
    }

    private static void ValidateKinds(string key, string kinds)
    {
        try
        {
            DataKindNames.Parse(kinds);
        }
        catch (FormatException exception)
        {
            throw Invalid(key, exception.Message);
        }
    }

    private static void ValidateCountries(string key, string countries)
    {
        var codes = Codes(countries);
        if (codes.FirstOrDefault(code => code is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z']) is { } bad)
            throw Invalid(key, $"holds '{bad}', which is not an ISO 3166-1 alpha-2 code");
        if (codes.Length == 0 && !IsAll(countries))
            throw Invalid(key, "is empty; say 'all' for every country");
    }

    /// <summary>Comma-separated codes, in upper case and sorted; none for <c>all</c>.</summary>
    private static string[] Codes(string text) =>
        IsAll(text) ? [] : [.. Split(text).Select(code => code.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal)];

    private static bool IsAll(string text) => text.Trim().Equals(All, StringComparison.OrdinalIgnoreCase);

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ImportException Invalid(string key, string problem) =>
        new(ExitCode.Usage, $"{SectionName}:{key} {problem}.");
}
