using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Cities.Data;

namespace Cities.Importer;

/// <summary>
/// The commands and their options. Each option overrides a configuration key. The AppHost and containers set the keys
/// as environment variables, such as <c>Import__Countries</c>.
/// </summary>
internal static class CommandLine
{
    /// <summary>The option for the connection string.</summary>
    public const string ConnectionStringOption = "--connection-string";

    private static readonly ImportOptions Defaults = new();

    private static readonly (Option Option, string Key)[] Options =
    [
        (new Option<string>("--source", "-s")
        {
            Description = "Base address (http, https or file) or folder of the GeoNames files, with the layout of the "
                + $"download server: dump/ and zip/. Default: {ImportOptions.DefaultSource}",
        }, Key(nameof(ImportOptions.Source))),
        (new Option<string>("--countries", "-c")
        {
            Description = "ISO 3166-1 alpha-2 codes of the countries to import, comma-separated, or 'all' (with "
                + $"--places). Places of other countries are not changed. Default: {Defaults.Countries}",
        }, Key(nameof(ImportOptions.Countries))),
        (new Option<string>("--places", "-p")
        {
            Description = $"The file of places: '{ImportOptions.PlacesPerCountry}' for the files of the countries, "
                + $"which contain all places, or {string.Join(", ", ImportOptions.WorldFiles)}. "
                + $"Default: {Defaults.Places}",
        }, Key(nameof(ImportOptions.Places))),
        (new Option<string>("--import", "-i")
        {
            Description = $"The kinds of data, comma-separated: {string.Join(", ", DataKindNames.Known)}; or 'all'. "
                + "The source must have the files of named kinds. With 'all', the files of alternative names, postal "
                + "codes and time zones are optional. Default: all",
        }, Key(nameof(ImportOptions.Kinds))),
        (new Option<string>("--flush")
        {
            Description = "Delete these kinds of data instead of importing. 'country' deletes all data.",
        }, Key(nameof(ImportOptions.Flush))),
        (new Option<string>("--languages")
        {
            Description = "Languages of the alternative names, comma-separated: ISO 639 codes as GeoNames writes them, "
                + "'und' for names without a language, or 'all'. Links and codes are always imported. "
                + $"Default: {Defaults.Languages}",
        }, Key(nameof(ImportOptions.Languages))),
        (new Option<string>("--feature-codes")
        {
            Description = "GeoNames feature codes of the places, comma-separated (PPLC,PPLA), or 'all'. Default: all",
        }, Key(nameof(ImportOptions.FeatureCodes))),
        (new Option<string>("--postal-code-countries")
        {
            Description = "Countries whose postal codes are imported, comma-separated, or 'all'. Default: those of "
                + "--countries",
        }, Key(nameof(ImportOptions.PostalCodeCountries))),
        (new Option<string>("--minimum-population")
        {
            Description = "Minimum population of the places to import. Default: 0",
        }, Key(nameof(ImportOptions.MinimumPopulation))),
        (new Option<string>("--cache-folder")
        {
            Description = $"Folder of the downloaded files. Default: {Defaults.CacheFolder}",
        }, Key(nameof(ImportOptions.CacheFolder))),
        (new Option<string>("--maximum-download-size")
        {
            Description = "Maximum size of a downloaded file in bytes. A larger file fails the import. "
                + $"Default: {Defaults.MaximumDownloadSize}",
        }, Key(nameof(ImportOptions.MaximumDownloadSize))),
        (new Option<string>("--rejects-folder")
        {
            Description = $"Folder of the files that list malformed rows. Default: {Defaults.RejectsFolder}",
        }, Key(nameof(ImportOptions.RejectsFolder))),
        (new Option<bool>("--keep-removed")
        {
            Description = "Keep rows that the files do not contain any more.",
        }, Key(nameof(ImportOptions.KeepRemoved))),
        (new Option<bool>("--no-sample")
        {
            Description = "Fail if the server cannot be reached and nothing is cached. "
                + "Do not import the bundled sample.",
        }, Key(nameof(ImportOptions.SampleFallback))),
        (new Option<bool>("--force", "-f")
        {
            Description = "Merge the files even if they have not changed since the last import.",
        }, Key(nameof(ImportOptions.Force))),
        (new Option<bool>("--dry-run")
        {
            Description = "Report what would be inserted, updated and deleted, and change nothing. The database must "
                + "have been migrated.",
        }, Key(nameof(ImportOptions.DryRun))),
        (new Option<string>("--every")
        {
            Description = "Keep running, and apply the daily changes of GeoNames at this interval (hh:mm:ss or "
                + "d.hh:mm:ss). A failed run is repeated within a minute. In between, run the imports that "
                + "administrators request. Default: exit after the import",
        }, Key(nameof(ImportOptions.Every))),
        (new Option<string>("--maximum-rejected-share")
        {
            Description = "Share of the rows of a file, 0 to 1, that can be malformed before the import fails. "
                + $"{FileLoader.AlwaysAllowedRejects} malformed rows are always allowed. Default: 0.01",
        }, Key(nameof(ImportOptions.MaximumRejectedShare))),
        (new Option<string>("--maximum-deleted-share")
        {
            Description = "Share of the rows of a table, 0 to 1, that can be deleted before the import or update "
                + $"fails. {ImportOptions.AlwaysDeletable} rows can always be deleted. Default: 0.1",
        }, Key(nameof(ImportOptions.MaximumDeletedShare))),
        (new Option<bool>("--include-former-countries")
        {
            Description = "Import countries that no longer exist: "
                + $"{string.Join(", ", GeoNames.CountryInfoFile.FormerCodes)}.",
        }, Key(nameof(ImportOptions.IncludeFormerCountries))),
        (new Option<string>("--lock-timeout")
        {
            Description = $"How long to wait for another importer to end (hh:mm:ss). Default: {Defaults.LockTimeout}",
        }, Key(nameof(ImportOptions.LockTimeout))),
    ];

    /// <summary>The options that all commands have.</summary>
    private static readonly (Option Option, string Key)[] DatabaseOptions =
    [
        (new Option<string>("--database-timeout")
        {
            Description = "How long to wait for the database to become available (hh:mm:ss). "
                + $"Default: {Defaults.DatabaseTimeout}",
        }, Key(nameof(ImportOptions.DatabaseTimeout))),
        (new Option<string>(ConnectionStringOption)
        {
            Description = "Connection string of the database. Default: the configuration key "
                + $"ConnectionStrings:{CitiesDatabase.ConnectionName}",
        }, $"ConnectionStrings:{CitiesDatabase.ConnectionName}"),
    ];

    private static readonly (Option Option, string Key)[] UpdateOptions =
    [
        (new Option<string>("--since")
        {
            Description = "First day of the changes to apply (yyyy-MM-dd). Default: the day after the last applied "
                + "changes, or yesterday if that is not known, as after an import from a folder",
        }, Key(nameof(ImportOptions.Since))),
        (new Option<string>("--until")
        {
            Description = "Last day of the changes to apply (yyyy-MM-dd). Default: yesterday (UTC)",
        }, Key(nameof(ImportOptions.Until))),
    ];

    private static readonly (string Name, string Key)[] Commands =
        [("update", Key(nameof(ImportOptions.Update))), ("serve", Key(nameof(ImportOptions.Serve)))];

    private static readonly Dictionary<string, string> Names =
        new[] { Options, DatabaseOptions, UpdateOptions }
            .SelectMany(options => options.Select(each => (each.Option.Name, each.Key)))
            .Concat(Commands)
            .ToDictionary(each => each.Key, each => each.Name);

    /// <summary>
    /// The name of a setting for messages: that of its option or command, or its configuration key if it has neither.
    /// </summary>
    /// <param name="property">A property of <see cref="ImportOptions"/>.</param>
    public static string NameOf(string property) => Names.GetValueOrDefault(Key(property), Key(property));

    /// <summary>Parses the arguments. Runs the command unless the arguments are invalid or ask for help.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="run">Runs the import with the configuration that the options set.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(string[] args, Func<Dictionary<string, string?>, Task<ExitCode>> run)
    {
        var command = new RootCommand(
            """
            Migrates the database, imports the places of GeoNames, and exits. A repeated import changes only the rows
            that have changed at GeoNames.

            Exit codes: 0 success; 1 unexpected failure; 2 invalid options; 3 files missing or server unreachable;
            4 damaged or oversized files or too many malformed rows; 5 database unreachable or out of space; 6 another
            import is running; 130 cancelled. If the exit code is not 0, the data has not changed.
            """);
        var update = new Command(
            "update",
            """
            Applies the daily changes that GeoNames has published since the last import: to cities, districts and
            alternative names. Use the options of the import.
            """);
        var serve = new Command(
            "serve",
            """
            Migrates the database, and runs the imports that administrators request with the API, until it is stopped.
            A request sets the operation, the countries, the kinds, and whether unchanged files are merged. The options
            set everything else.
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
        // The help is longer than a screen, and the error would be above it.
        if (parsed.Action is ParseErrorAction parseError)
            parseError.ShowHelp = false;
        var exitCode = await parsed.InvokeAsync(keys.Subcommands.Contains(parsed.CommandResult.Command)
            ? new InvocationConfiguration()
            // The host handles SIGINT and SIGTERM.
            : new InvocationConfiguration { ProcessTerminationTimeout = null });
        if (parsed.Errors.Count > 0)
            exitCode = (int)ExitCode.Usage;
        if (exitCode == (int)ExitCode.Usage)
            await Console.Error.WriteLineAsync($"'{CommandOf(parsed.CommandResult)} --help' lists the options.");
        return exitCode;
    }

    /// <summary>The command as the user writes it, such as <c>Cities.Importer keys create</c>.</summary>
    private static string CommandOf(CommandResult result) =>
        result.Parent is CommandResult parent
            ? $"{CommandOf(parent)} {result.Command.Name}"
            // Not the name of the root command, which is the name of the program's file up to its last dot.
            : Telemetry.Name;

    private static Dictionary<string, string?> Configuration(ParseResult result, (Option Option, string Key)[] options)
    {
        var configuration = new Dictionary<string, string?>();
        foreach (var (option, key) in options)
        {
            // A flag that is not on the command line has an implicit result, which must not override its key.
            if (result.GetResult(option) is not { Implicit: false })
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
