using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>The options of an import: the configuration section <c>Import</c>.</summary>
internal sealed record ImportOptions
{
    public const string SectionName = "Import";

    /// <summary>The download server of GeoNames.</summary>
    public const string DefaultSource = "https://download.geonames.org/export/";

    /// <summary>The value for all countries, languages, kinds or feature codes.</summary>
    private const string All = "all";

    /// <summary>The number of rows of a table that an import or update can always delete.</summary>
    public const int AlwaysDeletable = 100;

    /// <summary>The value of <see cref="Places"/> for the file of each country.</summary>
    public const string PlacesPerCountry = "country";

    /// <summary>The file of places in the bundled sample.</summary>
    public const string SamplePlaces = "cities1000";

    /// <summary>The files of populated places of the whole world.</summary>
    public static readonly string[] WorldFiles =
        ["cities500", "cities1000", "cities5000", "cities15000", "allCountries"];

    /// <summary>
    /// Base address (http, https, file) or folder. It has the layout of the GeoNames server: <c>dump/</c> and
    /// <c>zip/</c>.
    /// </summary>
    public string Source { get; set; } = DefaultSource;

    /// <summary>ISO 3166-1 alpha-2 codes, comma-separated, or <c>all</c>.</summary>
    public string Countries { get; set; } = "GB";

    /// <summary><see cref="PlacesPerCountry"/>, or one of <see cref="WorldFiles"/>.</summary>
    public string Places { get; set; } = PlacesPerCountry;

    /// <summary>The kinds of data to import, comma-separated (<see cref="DataKindNames"/>), or <c>all</c>.</summary>
    public string Kinds { get; set; } = "all";

    /// <summary>The kinds of data to delete instead of an import, or null.</summary>
    public string? Flush { get; set; }

    /// <summary>
    /// Languages of the alternative names, comma-separated: ISO 639 codes as GeoNames writes them, <c>und</c> for names
    /// without a language, or <c>all</c>.
    /// </summary>
    public string Languages { get; set; } = "en,und";

    /// <summary>GeoNames feature codes of class P to import, comma-separated, or <c>all</c>.</summary>
    public string FeatureCodes { get; set; } = "all";

    /// <summary>
    /// ISO 3166-1 alpha-2 codes of the countries whose postal codes are imported, comma-separated, or <c>all</c>; null
    /// for <see cref="Countries"/>.
    /// </summary>
    public string? PostalCodeCountries { get; set; }

    /// <summary>Places with fewer inhabitants are not imported.</summary>
    public long MinimumPopulation { get; set; }

    /// <summary>Folder of the downloaded files.</summary>
    public string CacheFolder { get; set; } = Path.Combine(DataFolder, "geonames");

    /// <summary>Maximum size of a downloaded file, in bytes.</summary>
    public long MaximumDownloadSize { get; set; } = 2_000_000_000;

    /// <summary>Folder of the files that list rejected rows.</summary>
    public string RejectsFolder { get; set; } = Path.Combine(DataFolder, "rejects");

    /// <summary>Whether to keep rows that the files do not contain any more.</summary>
    public bool KeepRemoved { get; set; }

    /// <summary>Whether to apply the daily changes of GeoNames instead of importing the files.</summary>
    public bool Update { get; set; }

    /// <summary>
    /// Interval at which the process applies the daily changes after an import; null if the process ends after one run.
    /// </summary>
    public TimeSpan? Every { get; set; }

    /// <summary>
    /// Whether the process runs permanently and only runs the imports that administrators request
    /// (<see cref="ImportRequest"/>).
    /// </summary>
    public bool Serve { get; set; }

    /// <summary>The first day whose changes are applied; null for the day after the last applied one.</summary>
    public DateOnly? Since { get; set; }

    /// <summary>The last day whose changes are applied; null for yesterday (UTC).</summary>
    public DateOnly? Until { get; set; }

    /// <summary>Whether to import the bundled sample if the server cannot be reached and no files are cached.</summary>
    public bool SampleFallback { get; set; } = true;

    /// <summary>Whether to merge files that have not changed since the last import.</summary>
    public bool Force { get; set; }

    /// <summary>
    /// Whether to roll back at the end, and only report what would have changed. A dry run neither migrates the
    /// database nor records its run.
    /// </summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// Share of the rows of a file, 0 to 1, that can be malformed before the import fails. A few malformed rows are
    /// always allowed (<see cref="FileLoader.AlwaysAllowedRejects"/>).
    /// </summary>
    public double MaximumRejectedShare { get; set; } = 0.01;

    /// <summary>
    /// Share of the rows of a table, 0 to 1, that an import or update can delete before it fails. Up to
    /// <see cref="AlwaysDeletable"/> rows are always deleted.
    /// </summary>
    public double MaximumDeletedShare { get; set; } = 0.1;

    /// <summary>Whether to import countries that no longer exist (<see cref="CountryInfoFile.FormerCodes"/>).</summary>
    public bool IncludeFormerCountries { get; set; }

    /// <summary>How long to wait for the database to become available.</summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for another importer to end.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The kinds of data to import.</summary>
    public DataKinds KindFlags => DataKindNames.Parse(Kinds);

    /// <summary>The codes of the countries, in upper case and sorted; empty for all countries.</summary>
    public string[] CountryCodes => Codes(Countries);

    /// <summary>
    /// The codes of the countries whose postal codes are imported, in upper case and sorted; empty for all countries.
    /// </summary>
    public string[] PostalCodeCountryCodes => Codes(PostalCodeCountries ?? Countries);

    /// <summary>The languages of the alternative names, in lower case and sorted.</summary>
    public string[] LanguageCodes =>
        [.. Split(Languages).Select(code => code.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    /// <summary>The options that determine which rows are imported from the same files.</summary>
    public string Fingerprint => string.Join(
        '|', string.Join(',', KindFlags.ToNames()), Places, string.Join(',', CountryCodes), MinimumPopulation,
        string.Join(',', Codes(FeatureCodes)), string.Join(',', LanguageCodes),
        string.Join(',', PostalCodeCountryCodes), KeepRemoved, IncludeFormerCountries);

    private static string DataFolder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "cities");

    /// <summary>Creates the filter of populated places.</summary>
    public PlaceFilter CreatePlaceFilter() => new(KindFlags, MinimumPopulation, Codes(FeatureCodes));

    /// <summary>
    /// Creates the filter of changed places. It includes the places that the file of places would contain.
    /// </summary>
    public PlaceFilter CreateChangesFilter() =>
        new ChangesFilter(KindFlags, MinimumPopulation, Codes(FeatureCodes), Places);

    /// <summary>Creates the record of a run.</summary>
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

    /// <summary>Gets these options with all places, kinds and languages of the bundled sample.</summary>
    public ImportOptions ForSample() => this with
    {
        Countries = All,
        Places = SamplePlaces,
        Kinds = All,
        Languages = All,
        FeatureCodes = All,
        PostalCodeCountries = null,
        MinimumPopulation = 0,
    };

    /// <summary>Reads and validates the options.</summary>
    /// <exception cref="ImportException">A value is invalid. The message names its option.</exception>
    public static ImportOptions Read(IConfiguration configuration)
    {
        var options = new ImportOptions();
        var section = configuration.GetSection(SectionName);
        foreach (var property in typeof(ImportOptions).GetProperties().Where(property => property.CanWrite))
        {
            if (section[property.Name] is not { } text)
                continue;
            try
            {
                property.SetValue(options, OptionValue.Parse(property.PropertyType, text));
            }
            catch (FormatException exception)
            {
                throw Invalid(property.Name, exception.Message);
            }
        }

        options.Validate();
        return options;
    }

    /// <summary>
    /// Gets these options with the values of a request. A request cannot change the source, because a client could
    /// otherwise make the importer connect to any host that it can reach.
    /// </summary>
    /// <exception cref="ImportException">A value of the request is invalid. The message names its option.</exception>
    public ImportOptions For(ImportRequest request)
    {
        var wanted = this with
        {
            Update = request.Operation == ImportOperation.Update,
            Countries = request.Countries ?? Countries,
            PostalCodeCountries = request.Countries is null ? PostalCodeCountries : null,
            Kinds = request.Kinds ?? Kinds,
            Force = request.Force,
            // The sample is not what the administrator requested. A failure shows why the data of GeoNames is missing.
            SampleFallback = false,
            Flush = null,
            Since = null,
            Until = null,
            Serve = false,
            DryRun = false,
        };
        wanted.Validate();
        return wanted;
    }

    private void Validate()
    {
        ValidateSource();
        if (Places != PlacesPerCountry && !WorldFiles.Contains(Places))
        {
            throw Invalid(
                nameof(Places), $"is '{Places}', not one of {PlacesPerCountry}, {string.Join(", ", WorldFiles)}");
        }

        ValidateKinds(nameof(Kinds), Kinds);
        ValidateKinds(nameof(Flush), Flush ?? All);
        const string countryCode = "an ISO 3166-1 alpha-2 code";
        ValidateCodes(nameof(Countries), Countries, IsCountryCode, countryCode);
        ValidateCodes(nameof(PostalCodeCountries), PostalCodeCountries ?? All, IsCountryCode, countryCode);
        ValidateCodes(nameof(Languages), Languages, IsLanguageCode, "a language code: letters, digits and hyphens");
        ValidateCodes(nameof(FeatureCodes), FeatureCodes, IsFeatureCode, "a feature code: letters and digits");
        if (Every <= TimeSpan.Zero)
            throw Invalid(nameof(Every), "is not greater than zero");
        if (Every is not null && Flush is not null)
            throw Invalid(nameof(Every), $"cannot be combined with {CommandLine.NameOf(nameof(Flush))}");
        if (Update && Flush is not null)
            throw Invalid(nameof(Flush), $"cannot be combined with {CommandLine.NameOf(nameof(Update))}");
        if (Serve && (Flush is not null || Every is not null))
        {
            throw Invalid(
                nameof(Serve),
                $"cannot be combined with {CommandLine.NameOf(nameof(Flush))} or {CommandLine.NameOf(nameof(Every))}");
        }

        if (DryRun && (Serve || Every is not null))
        {
            throw Invalid(
                nameof(DryRun),
                $"cannot be combined with {CommandLine.NameOf(nameof(Serve))} or {CommandLine.NameOf(nameof(Every))}");
        }

        if (Since > Until)
            throw Invalid(nameof(Since), $"is after {CommandLine.NameOf(nameof(Until))}");
        if (CountryCodes.Length == 0 && Places == PlacesPerCountry)
        {
            throw Invalid(
                nameof(Countries),
                $"is 'all', which needs {CommandLine.NameOf(nameof(Places))} to be {string.Join(" or ", WorldFiles)}");
        }

        if (MinimumPopulation < 0)
            throw Invalid(nameof(MinimumPopulation), "is negative");
        if (MaximumDownloadSize <= 0)
            throw Invalid(nameof(MaximumDownloadSize), "is not greater than 0");
        if (MaximumRejectedShare is not (>= 0 and <= 1))
            throw Invalid(nameof(MaximumRejectedShare), "is not between 0 and 1");
        if (MaximumDeletedShare is not (>= 0 and <= 1))
            throw Invalid(nameof(MaximumDeletedShare), "is not between 0 and 1");
    }

    /// <summary>Not with the source in the message: an address can contain a password.</summary>
    private void ValidateSource()
    {
        if (string.IsNullOrWhiteSpace(Source))
            throw Invalid(nameof(Source), "is empty");
        if (!SourceSelector.IsAddress(Source))
            return;
        if (!Uri.TryCreate(Source, UriKind.Absolute, out var address))
            throw Invalid(nameof(Source), "is neither a folder nor a valid address");
        if (address.Scheme is not ("http" or "https" or "file"))
            throw Invalid(nameof(Source), $"has the scheme '{address.Scheme}', not http, https or file");
    }

    private static void ValidateKinds(string property, string kinds)
    {
        try
        {
            DataKindNames.Parse(kinds);
        }
        catch (FormatException exception)
        {
            throw Invalid(property, exception.Message);
        }
    }

    /// <summary>Validates comma-separated codes, or <c>all</c>.</summary>
    private static void ValidateCodes(string property, string text, Func<string, bool> isValid, string expected)
    {
        var codes = Split(text);
        if (codes is [])
            throw Invalid(property, $"is empty; use '{All}' for all");
        if (!IsAll(text) && Array.Find(codes, code => !isValid(code)) is { } wrong)
            throw Invalid(property, $"contains '{wrong}', which is not {expected}");
    }

    private static bool IsCountryCode(string code) => code.Length == 2 && code.All(char.IsAsciiLetter);

    private static bool IsLanguageCode(string code) => code.All(each => char.IsAsciiLetterOrDigit(each) || each == '-');

    private static bool IsFeatureCode(string code) => code.All(char.IsAsciiLetterOrDigit) && !IsAll(code);

    /// <summary>Comma-separated codes, in upper case and sorted; empty for <c>all</c>.</summary>
    private static string[] Codes(string text) =>
        IsAll(text)
            ? []
            : [.. Split(text).Select(code => code.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal)];

    private static bool IsAll(string text) => text.Trim().Equals(All, StringComparison.OrdinalIgnoreCase);

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ImportException Invalid(string property, string problem) =>
        new(ExitCode.Usage, $"{CommandLine.NameOf(property)} {problem}.");
}
