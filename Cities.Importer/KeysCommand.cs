using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Cities.Importer;

/// <summary>The command <c>keys</c>: creates, lists and revokes the keys of API clients.</summary>
internal static class KeysCommand
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int MaximumRequestsPerSecond = 1_000_000;

    private static readonly Dictionary<string, ApiRole> Roles =
        Enum.GetValues<ApiRole>().ToDictionary(role => role.ToString().ToLowerInvariant());

    private static readonly Option<string> NewName = new("--name")
    {
        Description = "Name of the key in lists and in the audit log: at most 64 letters, digits, '.', '_' and '-'",
        Required = true,
    };

    private static readonly Option<ApiRole> Role = new("--role")
    {
        Description =
            $"Role of the key: {string.Join(", ", Roles.Keys)}. Editors can also read. Admins can do everything",
        Required = true,
        CustomParser = ParseRole,
    };

    private static readonly Option<DateTimeOffset?> Expires = new("--expires")
    {
        Description =
            $"Number of days until the key expires, or the day on which it expires (UTC, {DateFormat}). Default: never",
        CustomParser = ParseExpires,
    };

    private static readonly Option<int?> RequestsPerSecond = new("--requests-per-second")
    {
        Description = "Maximum number of requests per second. Default: the setting of the API",
        CustomParser = result => ParseNumber(result, MaximumRequestsPerSecond),
    };

    private static readonly Option<string> Name = new("--name") { Description = "Name of the key" };

    private static readonly Option<int?> Id = new("--id")
    {
        Description = "Id of the key in the list",
        CustomParser = result => ParseNumber(result, int.MaxValue),
    };

    static KeysCommand()
    {
        NewName.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !ApiKeys.IsName(name))
            {
                result.AddError(
                    $"--name '{name}' is invalid. Use at most 64 letters, digits, '.', '_' and '-', starting with a "
                    + "letter or digit.");
            }
        });
    }

    /// <summary>Creates the command.</summary>
    /// <param name="configure">Gets the configuration from the options that all commands have.</param>
    public static Command Create(Func<ParseResult, Dictionary<string, string?>> configure)
    {
        var create = new Command(
            "create",
            "Creates a key and writes it to standard output. It cannot be shown again: only its hash is stored.")
        {
            NewName, Role, Expires, RequestsPerSecond,
        };
        var list = new Command("list", "Lists all keys, including expired and revoked ones.");
        var revoke = new Command(
            "revoke", "Revokes a key. The API rejects it after a few seconds. Its name cannot be used again.")
        {
            Name, Id,
        };
        revoke.Validators.Add(result =>
        {
            if (result.GetResult(Name) is null == result.GetResult(Id) is null)
                result.AddError("Specify the key by either --name or --id.");
        });
        SetAction(create, CreateAsync);
        SetAction(list, (context, _, cancellationToken) => ListAsync(context, cancellationToken));
        SetAction(revoke, RevokeAsync);
        return new Command("keys", "Manages the keys of API clients.") { create, list, revoke };

        void SetAction(Command command, Func<CitiesDbContext, ParseResult, CancellationToken, Task> action) =>
            command.SetAction(async (result, cancellationToken) =>
                (int)await RunAsync(
                    configure(result), context => action(context, result, cancellationToken), cancellationToken));
    }

    private static async Task CreateAsync(
        CitiesDbContext context, ParseResult result, CancellationToken cancellationToken)
    {
        var text = ApiKeys.Create();
        var key = new ApiKey
        {
            Name = result.GetRequiredValue(NewName),
            Role = result.GetRequiredValue(Role),
            Hash = ApiKeys.HashOf(text),
            Prefix = ApiKeys.ShownOf(text),
            RequestsPerSecond = result.GetValue(RequestsPerSecond),
            CreatedAt = DateTimeOffset.UtcNow,
            ExpiresAt = result.GetValue(Expires),
        };
        context.ApiKeys.Add(key);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new ImportException(
                ExitCode.Usage, $"A key named '{key.Name}' exists or existed. Use another name.", exception);
        }

        await Console.Error.WriteLineAsync(
            $"Key {key.Id}, '{key.Name}', of the role {key.Role.ToString().ToLowerInvariant()}, {Until(key)}. "
            + "Store it now, it is not shown again:");
        await Console.Out.WriteLineAsync(text);
    }

    private static async Task ListAsync(CitiesDbContext context, CancellationToken cancellationToken)
    {
        const string columns = "{0,4}  {1,-24}  {2,-6}  {3,-13}  {4,-10}  {5,-10}  {6,8}  {7}";
        Write("id", "name", "role", "key", "created", "expires", "req/s", "state");
        var keys = context.ApiKeys.AsNoTracking().OrderBy(key => key.Id).AsAsyncEnumerable();
        await foreach (var key in keys.WithCancellation(cancellationToken))
        {
            var state = key.RevokedAt is not null ? "revoked"
                : key.ExpiresAt <= DateTimeOffset.UtcNow ? "expired"
                : "valid";
            Write(
                key.Id, key.Name, key.Role.ToString().ToLowerInvariant(), key.Prefix, Day(key.CreatedAt),
                Day(key.ExpiresAt), key.RequestsPerSecond, state);
        }

        static void Write(params object?[] values) =>
            Console.Out.WriteLine(string.Format(CultureInfo.InvariantCulture, columns, values));
    }

    private static async Task RevokeAsync(
        CitiesDbContext context, ParseResult result, CancellationToken cancellationToken)
    {
        var (name, id) = (result.GetValue(Name), result.GetValue(Id));
        var key = await context.ApiKeys.SingleOrDefaultAsync(key => key.Name == name || key.Id == id, cancellationToken)
            ?? throw new ImportException(
                ExitCode.Usage, name is null ? $"Key {id} does not exist." : $"A key named '{name}' does not exist.");
        key.RevokedAt ??= DateTimeOffset.UtcNow;
        await context.SaveChangesAsync(cancellationToken);
        await Console.Error.WriteLineAsync($"Key {key.Id}, '{key.Name}', is revoked.");
    }

    private static async Task<ExitCode> RunAsync(
        Dictionary<string, string?> configuration,
        Func<CitiesDbContext, Task> action,
        CancellationToken cancellationToken)
    {
        try
        {
            var builder = ImporterHost.CreateBuilder(configuration);
            builder.Services.AddSingleton<Progress.IImportProgress, Progress.LogProgress>();
            // Standard output contains only the key or the list. Logs go to standard error.
            builder.Services.Configure<ConsoleLoggerOptions>(
                console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            using var host = builder.Build();
            await using var scope = host.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
            await action(scope.ServiceProvider.GetRequiredService<CitiesDbContext>());
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception.IsCancellation(cancellationToken))
        {
            await Console.Error.WriteLineAsync("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (ImportException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (Exception exception) when (DatabaseFailure.Describe(exception) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure);
            return ExitCode.DatabaseUnavailable;
        }
    }

    private static ApiRole ParseRole(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Roles.TryGetValue(text, out var role))
            result.AddError($"{Role.Name} '{text}' is not one of {string.Join(", ", Roles.Keys)}.");
        return role;
    }

    private static int? ParseNumber(ArgumentResult result, int maximum)
    {
        var text = result.Tokens.Single().Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= maximum)
        {
            return number;
        }

        result.AddError(
            $"{((OptionResult)result.Parent!).Option.Name} '{text}' is not a whole number between 1 and {maximum}.");
        return null;
    }

    private static DateTimeOffset? ParseExpires(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        var now = DateTimeOffset.UtcNow;
        var culture = CultureInfo.InvariantCulture;
        DateTimeOffset? expires =
            int.TryParse(text, NumberStyles.None, culture, out var days) && days <= 36_500 ? now.AddDays(days)
            : DateTimeOffset.TryParseExact(text, DateFormat, culture, DateTimeStyles.AssumeUniversal, out var day) ? day
            : null;
        if (expires > now)
            return expires;
        result.AddError($"--expires '{text}' is neither a number of days nor a date in the future ({DateFormat}).");
        return null;
    }

    private static string Until(ApiKey key) =>
        key.ExpiresAt is { } expires
            ? FormattableString.Invariant($"valid until {expires:yyyy-MM-dd HH:mm} UTC")
            : "valid until it is revoked";

    private static string Day(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture) ?? "never";
}
