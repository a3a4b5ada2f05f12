namespace Cities.Importer;

/// <summary>What to import and from where: the configuration section <c>Import</c>.</summary>
internal sealed class ImportOptions
{
    public const string SectionName = "Import";

    /// <summary>GeoNames' own download server.</summary>
    public const string DefaultSource = "https://download.geonames.org/export/";

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

    /// <summary>Places with fewer inhabitants are left out.</summary>
    public long MinimumPopulation { get; set; }

    /// <summary>Folder of downloaded files.</summary>
    public string CacheFolder { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "cities",
        "geonames");

    /// <summary>Whether the bundled sample is imported when the server cannot be reached and nothing is cached.</summary>
    public bool SampleFallback { get; set; } = true;

    /// <summary>Whether to merge although the same files were imported last.</summary>
    public bool Force { get; set; }

    /// <summary>Share of a file's rows, 0 to 1, that may be malformed before the import fails.</summary>
    public double MaximumRejectedShare { get; set; } = 0.01;

    /// <summary>How long to wait for a database that does not answer yet.</summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for another import to end.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The countries as upper-case codes, sorted; empty for every country.</summary>
    public string[] CountryCodes =>
        Countries.Equals("all", StringComparison.OrdinalIgnoreCase)
            ? []
            : [.. Countries
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(code => code.ToUpperInvariant())
                .Distinct()
                .Order(StringComparer.Ordinal)];

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

    private void Validate()
    {
        if (string.IsNullOrWhiteSpace(Source))
            throw Invalid(nameof(Source), "is empty");
        if (Places != PlacesPerCountry && !WorldFiles.Contains(Places))
        {
            throw Invalid(
                nameof(Places), $"is '{Places}', not one of {PlacesPerCountry}, {string.Join(", ", WorldFiles)}");
        }

        var countries = CountryCodes;
        if (countries.FirstOrDefault(code => code is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z']) is { } bad)
            throw Invalid(nameof(Countries), $"holds '{bad}', which is not an ISO 3166-1 alpha-2 code");
        if (countries.Length == 0 && !Countries.Equals("all", StringComparison.OrdinalIgnoreCase))
            throw Invalid(nameof(Countries), "is empty; say 'all' for every country");
        if (countries.Length == 0 && Places == PlacesPerCountry)
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

    private static ImportException Invalid(string key, string problem) =>
        new(ExitCode.Usage, $"{SectionName}:{key} {problem}.");
}
