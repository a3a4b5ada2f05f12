using Microsoft.Extensions.DependencyInjection;

namespace Cities.AppHost;

/// <summary>
/// The commands of the dashboard and of <c>aspire resource</c> that change the data while the application runs: import
/// it again, import other countries, empty the database. Each command is a run of the importer. Environment variables
/// tell the importer what to do in that run. Any later start imports what the parameters say.
/// </summary>
internal sealed class ImporterCommands
{
    public const string ImportNow = "import-now";
    public const string ImportCountries = "import-countries";
    public const string ResetData = "reset-data";

    /// <summary>The argument of <see cref="ImportCountries"/>.</summary>
    public const string Countries = "countries";

    /// <summary>
    /// The command of the dashboard that asks for the countries, and runs <see cref="ImportCountries"/>.
    /// </summary>
    public const string ImportCountriesForm = "import-countries-form";

    private const string CountriesDescription = "Imports countries in addition to those in the database.";

    private readonly ProjectResource _importer;
    private readonly ParameterResource _places;

    /// <summary>Environment variables of the run that is being started; null while none is.</summary>
    private Dictionary<string, string>? _settings;

    private ImporterCommands(IResourceBuilder<ProjectResource> importer, ParameterResource places)
    {
        _importer = importer.Resource;
        _places = places;
        importer.WithEnvironment(context =>
        {
            foreach (var (name, value) in Volatile.Read(ref _settings) ?? [])
                context.EnvironmentVariables[name] = value;
        });
    }

    /// <summary>Adds the commands to the importer, and to the database if it is the application's own.</summary>
    /// <param name="importer">The importer.</param>
    /// <param name="places">The parameter that says which file of places is imported.</param>
    /// <param name="database">
    /// The database. The commands cannot empty an existing database that other applications use too.
    /// </param>
    public static void Add(
        IResourceBuilder<ProjectResource> importer,
        IResourceBuilder<ParameterResource> places,
        IResourceBuilder<IResourceWithConnectionString> database)
    {
        var commands = new ImporterCommands(importer, places.Resource);
        importer
            .WithCommand(
                ImportNow,
                "Import now",
                context => commands.RunAsync(context, "Imported.", []),
                new CommandOptions
                {
                    Description = "Runs the importer again, with the countries of import-countries.",
                    IconName = "DatabaseArrowDown",
                    IsHighlighted = true,
                    UpdateState = context => EnabledIf(HasEnded(context.ResourceSnapshot)),
                })
            // Twice: the form that the dashboard makes of a command's arguments repeats its title on the button.
            .WithCommand(
                ImportCountriesForm,
                "Import another country…",
                commands.AskForCountriesAsync,
                new CommandOptions
                {
                    Description = CountriesDescription,
                    IconName = "GlobeAdd",
                    Visibility = ResourceCommandVisibility.UI,
                    UpdateState = context => EnabledIf(HasEnded(context.ResourceSnapshot)),
                })
            .WithCommand(
                ImportCountries,
                "Import another country",
                commands.ImportCountriesAsync,
                new CommandOptions
                {
                    Description = CountriesDescription,
                    Visibility = ResourceCommandVisibility.Api,
                    Arguments = [CountriesInput()],
                    ValidateArguments = commands.ValidateAsync,
                    UpdateState = context => EnabledIf(HasEnded(context.ResourceSnapshot)),
                });

        if (ExistingDatabase.IsOwned(database.Resource, importer.ApplicationBuilder.Configuration))
        {
            database.WithCommand(ResetData, "Reset data", commands.ResetAsync, new CommandOptions
            {
                Description = "Empties the database.",
                ConfirmationMessage = "Empty the database? 'Import now' on the importer fills it again.",
                IconName = "Eraser",
                UpdateState = context => EnabledIf(context.ResourceSnapshot.State?.Text == KnownResourceStates.Running),
            });
        }
    }

    /// <summary>Says what is wrong with countries that somebody has typed, or null.</summary>
    /// <param name="countries">ISO 3166-1 alpha-2 codes, comma-separated, or <c>all</c>.</param>
    /// <param name="places">The file of places, or <c>country</c> for each country's own.</param>
    internal static string? FindProblem(string countries, string? places)
    {
        if (countries.Trim().Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return places == "country"
                ? "'all' needs a file of the whole world in import-places, such as cities1000."
                : null;
        }

        var codes = countries.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (codes is [])
            return "Write at least one code, such as FR.";
        return Array.Find(codes, code => code.Length != 2 || !code.All(char.IsAsciiLetter)) is { } wrong
            ? $"'{wrong}' is not an ISO 3166-1 alpha-2 code: two letters, such as FR."
            : null;
    }

    private static InteractionInput CountriesInput() => new()
    {
        Name = Countries,
        Label = "Countries",
        Description = "ISO 3166-1 alpha-2 codes, comma-separated, or 'all'.",
        Placeholder = "FR,DE",
        InputType = InputType.Text,
        Required = true,
    };

    private async Task ValidateAsync(InputsDialogValidationContext context)
    {
        var file = await _places.GetValueAsync(context.CancellationToken);
        if (FindProblem(context.Inputs.GetString(Countries) ?? "", file) is { } problem)
            context.AddValidationError(Countries, problem);
    }

    private async Task<ExecuteCommandResult> AskForCountriesAsync(ExecuteCommandContext context)
    {
        var answer = await context.Services.GetRequiredService<IInteractionService>().PromptInputsAsync(
            "Import another country",
            CountriesDescription,
            [CountriesInput()],
            new InputsDialogInteractionOptions { PrimaryButtonText = "Import", ValidationCallback = ValidateAsync },
            context.CancellationToken);
        return answer.Canceled
            ? CommandResults.Canceled()
            : await ImportCountriesAsync(context, answer.Data.GetString(Countries)!);
    }

    private Task<ExecuteCommandResult> ImportCountriesAsync(ExecuteCommandContext context) =>
        ImportCountriesAsync(context, context.Arguments.GetString(Countries)!);

    private Task<ExecuteCommandResult> ImportCountriesAsync(ExecuteCommandContext context, string countries) =>
        RunAsync(context, $"Imported {countries}.", new()
        {
            ["Import__Countries"] = countries,
            // The sample is not what was asked for.
            ["Import__SampleFallback"] = "false",
        });

    private Task<ExecuteCommandResult> ResetAsync(ExecuteCommandContext context) =>
        RunAsync(context, "The database is empty.", new() { ["Import__Flush"] = "all" });

    /// <summary>Runs the importer, and waits until it has ended.</summary>
    private async Task<ExecuteCommandResult> RunAsync(
        ExecuteCommandContext context, string success, Dictionary<string, string> settings)
    {
        var resources = context.Services.GetRequiredService<ResourceNotificationService>();
        if (Interlocked.CompareExchange(ref _settings, settings, null) is not null)
            return Running();
        DateTime? lastStart;
        try
        {
            if (!resources.TryGetCurrentState(_importer.Name, out var last) || !HasEnded(last.Snapshot))
                return Running();
            lastStart = last.Snapshot.StartTimeStamp;
            // Returns once the process has been made, with its environment.
            var started = await context.Services.GetRequiredService<ResourceCommandService>()
                .ExecuteCommandAsync(_importer, KnownResourceCommands.StartCommand, context.CancellationToken);
            if (!started.Success)
                return started;
        }
        finally
        {
            Volatile.Write(ref _settings, null);
        }

        var (state, exitCode) = await WaitForEndAsync(resources, lastStart, context.CancellationToken);
        return exitCode == 0
            ? CommandResults.Success(success)
            : CommandResults.Failure($"The importer ended as {state} with exit code {exitCode}: its log says why.");

        static ExecuteCommandResult Running() =>
            CommandResults.Failure("The importer is running: try again when it has finished.");
    }

    private async Task<(string? State, int? ExitCode)> WaitForEndAsync(
        ResourceNotificationService resources, DateTime? lastStart, CancellationToken cancellationToken)
    {
        // News of the run before can still be on its way.
        var end = await resources.WaitForResourceAsync(
            _importer.Name,
            each => HasEnded(each.Snapshot)
                && (each.Snapshot.StartTimeStamp != lastStart
                    || each.Snapshot.State?.Text == KnownResourceStates.FailedToStart),
            cancellationToken);
        return (end.Snapshot.State?.Text, end.Snapshot.ExitCode);
    }

    private static bool HasEnded(CustomResourceSnapshot importer) =>
        KnownResourceStates.TerminalStates.Contains(importer.State?.Text);

    private static ResourceCommandState EnabledIf(bool condition) =>
        condition ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
