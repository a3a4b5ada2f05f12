using System.CommandLine;
using Cities.Data;

namespace Cities.Importer;

/// <summary>
/// The command's options. Each stands for a configuration key, which it overrides; the keys can be given as environment
/// variables too (<c>Import__Countries</c>), and that is how the AppHost gives them.
/// </summary>
internal static class CommandLine
{
    private static readonly ImportOptions Defaults = new();

    private static readonly (Option Option, string Key)[] Options =
    [
        (new Option<string>("--source", "-s")
        {
            Description = "Base address (http, https or file) or folder of GeoNames' files, laid out as on its download "
                + $"server: dump/ and zip/. Default: {ImportOptions.DefaultSource}",
        }, Key(nameof(ImportOptions.Source))),
        (new Option<string>("--countries", "-c")
        {
            Description = "ISO 3166-1 alpha-2 codes of the countries to import, comma-separated, or 'all' (with --places). "
                + $"Places of other countries are left as they are. Default: {Defaults.Countries}",
        }, Key(nameof(ImportOptions.Countries))),
        (new Option<string>("--places", "-p")
        {
            Description = $"The file of places: '{ImportOptions.PlacesPerCountry}' for each country's own, with every place "
                + $"that GeoNames knows, or {string.Join(", ", ImportOptions.WorldFiles)}. Default: {Defaults.Places}",
        }, Key(nameof(ImportOptions.Places))),
        (new Option<string>("--import", "-i")
        {
            Description = $"The kinds of data, comma-separated: {string.Join(", ", DataKindNames.Known)}; or 'all'. What is named has to be "
                + "at the source; of 'all', alternative names, postal codes and time zones may be missing there. Default: all",
        }, Key(nameof(ImportOptions.Kinds))),
        (new Option<string>("--flush")
        {
            Description = "Empty these kinds of data, named likewise, and import nothing; with 'country', all that has a country.",
        }, Key(nameof(ImportOptions.Flush))),
        (new Option<string>("--languages")
        {
            Description = "Languages of the alternative names, comma-separated: codes as GeoNames writes them (ISO 639), 'und' for "
                + $"names without a language, or 'all'. Links and codes are always imported. Default: {Defaults.Languages}",
        }, Key(nameof(ImportOptions.Languages))),
        (new Option<string>("--feature-codes")
        {
            Description = "GeoNames feature codes of the places, comma-separated (PPLC,PPLA), or 'all'. Default: all",
        }, Key(nameof(ImportOptions.FeatureCodes))),
        (new Option<string>("--postal-code-countries")
        {
            Description = "Countries whose postal codes are imported, comma-separated, or 'all'. Default: those of --countries",
        }, Key(nameof(ImportOptions.PostalCodeCountries))),
        (new Option<string>("--minimum-population")
        {
            Description = "Leave out places with fewer inhabitants. Default: 0",
        }, Key(nameof(ImportOptions.MinimumPopulation))),
        (new Option<string>("--cache-folder")
        {
            Description = $"Where downloaded files are kept. Default: {Defaults.CacheFolder}",
        }, Key(nameof(ImportOptions.CacheFolder))),
        (new Option<string>("--rejects-folder")
        {
            Description = $"Where the lists of malformed rows are written. Default: {Defaults.RejectsFolder}",
        }, Key(nameof(ImportOptions.RejectsFolder))),
        (new Option<bool>("--keep-removed")
        {
            Description = "Keep rows that are gone from the files.",
        }, Key(nameof(ImportOptions.KeepRemoved))),
        (new Option<bool>("--no-sample")
        {
            Description = "Fail, rather than import the bundled sample, when the server cannot be reached and nothing is cached.",
        }, Key(nameof(ImportOptions.SampleFallback))),
        (new Option<bool>("--force", "-f")
        {
            Description = "Merge the files even if they are those that were imported last.",
        }, Key(nameof(ImportOptions.Force))),
        (new Option<string>("--every")
        {
            Description = "Stay, and apply GeoNames' daily changes this long after each run (hh:mm:ss, or d.hh:mm:ss); a run that fails "
                + "is tried again within a minute. Meanwhile, run what administrators ask the API for. Default: end with the import",
        }, Key(nameof(ImportOptions.Every))),
        (new Option<string>("--maximum-rejected-share")
        {
            Description = "Share of a file's rows, 0 to 1, that may be malformed before the import fails. Default: 0.01",
        }, Key(nameof(ImportOptions.MaximumRejectedShare))),
        (new Option<string>("--lock-timeout")
        {
            Description = $"How long to wait for another importer to end (hh:mm:ss). Default: {Defaults.LockTimeout}",
        }, Key(nameof(ImportOptions.LockTimeout))),
    ];

    /// <summary>What every command has.</summary>
    private static readonly (Option Option, string Key)[] DatabaseOptions =
    [
        (new Option<string>("--database-timeout")
        {
            Description = $"How long to wait for a database that does not answer yet (hh:mm:ss). Default: {Defaults.DatabaseTimeout}",
        }, Key(nameof(ImportOptions.DatabaseTimeout))),
        (new Option<string>("--connection-string")
        {
            Description = $"Connection string of the database. Default: the configuration key ConnectionStrings:{CitiesDataExtensions.ConnectionName}",
        }, $"ConnectionStrings:{CitiesDataExtensions.ConnectionName}"),
    ];

    private static readonly (Option Option, string Key)[] UpdateOptions =
    [
        (new Option<string>("--since")
        {
            Description = "The first day whose changes are applied (yyyy-MM-dd). Default: the day after the last one that is "
                + "there; yesterday where that is not known, as after an import from a folder",
        }, Key(nameof(ImportOptions.Since))),
        (new Option<string>("--until")
        {
            Description = "The last day whose changes are applied (yyyy-MM-dd). Default: yesterday (UTC)",
        }, Key(nameof(ImportOptions.Until))),
    ];

    /// <summary>Parses the arguments and, unless they ask for help or are wrong, runs the command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="run">Runs the import with the configuration that the options stand for.</param>
    public static Task<int> InvokeAsync(string[] args, Func<Dictionary<string, string?>, Task<ExitCode>> run)
    {
        var command = new RootCommand(
            """
            Migrates the database, imports GeoNames' places into it, and stops. Running it again changes only what has
            changed at GeoNames.

            Exit codes: 0 success; 1 unexpected failure; 2 wrong options; 3 files missing or server unreachable;
            4 damaged files or too many malformed rows; 5 database unreachable or out of space; 6 another import is
            running; 130 cancelled. Whenever it is not 0, the database holds what it held before.
            """);
        var update = new Command(
            "update",
            """
            Applies the changes that GeoNames has published since the last import, day by day: to cities, districts and
            alternative names. Give it the options of the import.
            """);
        var serve = new Command(
            "serve",
            """
            Migrates the database, stays, and runs the imports that administrators ask the API for, until it is stopped. The options
            are those of each import, but for what a request says itself: operation, countries, kinds, and whether by force.
            """);
        foreach (var (option, _) in Options)
        {
            command.Options.Add(option);
            update.Options.Add(option);
            serve.Options.Add(option);
        }

        foreach (var (option, _) in DatabaseOptions)
        {
            option.Recursive = true;
            command.Options.Add(option);
        }

        foreach (var (option, _) in UpdateOptions)
            update.Options.Add(option);
        var keys = KeysCommand.Create(result => Configuration(result, DatabaseOptions));
        command.Subcommands.Add(update);
        command.Subcommands.Add(serve);
        command.Subcommands.Add(keys);
        command.SetAction(async result => (int)await run(Configuration(result, [.. Options, .. DatabaseOptions])));
        update.SetAction(async result =>
        {
            var configuration = Configuration(result, [.. Options, .. DatabaseOptions, .. UpdateOptions]);
            configuration[Key(nameof(ImportOptions.Update))] = bool.TrueString;
            return (int)await run(configuration);
        });
        serve.SetAction(async result =>
        {
            var configuration = Configuration(result, [.. Options, .. DatabaseOptions]);
            configuration[Key(nameof(ImportOptions.Serve))] = bool.TrueString;
            return (int)await run(configuration);
        });

        var parsed = command.Parse(args);
        var invocation = parsed.InvokeAsync(keys.Subcommands.Contains(parsed.CommandResult.Command)
            ? new InvocationConfiguration()
            // The host handles SIGINT and SIGTERM.
            : new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? UsageAsync(invocation) : invocation;
    }

    private static async Task<int> UsageAsync(Task<int> invocation)
    {
        await invocation;
        return (int)ExitCode.Usage;
    }

    private static Dictionary<string, string?> Configuration(ParseResult result, (Option Option, string Key)[] options)
    {
        var configuration = new Dictionary<string, string?>();
        foreach (var (option, key) in options)
        {
            if (result.GetResult(option) is null)
                continue;
            configuration[key] = option switch
            {
                Option<string> text => result.GetValue(text),
                Option<bool> { Name: "--no-sample" } flag => (!result.GetValue(flag)).ToString(),
                Option<bool> flag => result.GetValue(flag).ToString(),
                _ => throw new NotSupportedException(option.Name),
            };
        }

        return configuration;
    }

    private static string Key(string property) => $"{ImportOptions.SectionName}:{property}";
}
