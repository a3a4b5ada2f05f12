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

/// <summary>The command <c>keys</c>: makes, lists and revokes the keys that machines call the API with.</summary>
internal static class KeysCommand
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int MaximumRequestsPerSecond = 1_000_000;

    private static readonly Option<string> NewName = new("--name")
    {
        Description = "What the key is for, as lists and the audit log show it: letters, digits, '.', '_', '-', at most 64",
        Required = true,
    };

    private static readonly Option<string> Role = new Option<string>("--role")
    {
        Description = "What it lets do; an editor may read as well, and an admin may do everything",
        Required = true,
    }.AcceptOnlyFromAmong([.. Enum.GetNames<ApiRole>().Select(role => role.ToLowerInvariant())]);

    private static readonly Option<DateTimeOffset?> Expires = new("--expires")
    {
        Description = $"How many days it is valid, or the day (UTC, {DateFormat}) from which it is valid no more. Default: never",
        CustomParser = ParseExpires,
    };

    private static readonly Option<int?> RequestsPerSecond = new("--requests-per-second")
    {
        Description = "How many requests it may make a second. Default: the API's setting",
    };

    private static readonly Option<string> Name = new("--name") { Description = "The key's name" };

    private static readonly Option<int?> Id = new("--id") { Description = "The key's number in the list" };

    static KeysCommand()
    {
        NewName.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !ApiKeys.IsName(name))
                result.AddError($"--name '{name}' is not letters, digits, '.', '_' and '-', at most 64, beginning with a letter or digit.");
        });
        RequestsPerSecond.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > MaximumRequestsPerSecond)
                result.AddError($"--requests-per-second is not between 1 and {MaximumRequestsPerSecond}.");
        });
    }

    /// <summary>Makes the command.</summary>
    /// <param name="configure">Makes configuration of the options that all commands have.</param>
    public static Command Create(Func<ParseResult, Dictionary<string, string?>> configure)
    {
        var create = new Command("create", "Makes a key, and prints it: on standard output, and this once. Only its hash is kept.")
        {
            NewName, Role, Expires, RequestsPerSecond,
        };
        var list = new Command("list", "Lists the keys that there are and were.");
        var revoke = new Command("revoke", "Revokes a key: a few seconds later it is refused. Its name is not free for another one.")
        {
            Name, Id,
        };
        revoke.Validators.Add(result =>
        {
            if (result.GetResult(Name) is null == result.GetResult(Id) is null)
                result.AddError("Say which key by --name or by --id.");
        });
        SetAction(create, CreateAsync);
        SetAction(list, (context, _, cancellationToken) => ListAsync(context, cancellationToken));
        SetAction(revoke, RevokeAsync);
        return new Command("keys", "The keys that machines call the API with.") { create, list, revoke };

        void SetAction(Command command, Func<CitiesDbContext, ParseResult, CancellationToken, Task> action) =>
            command.SetAction(async (result, cancellationToken) =>
                (int)await RunAsync(configure(result), context => action(context, result, cancellationToken), cancellationToken));
    }

    private static async Task CreateAsync(CitiesDbContext context, ParseResult result, CancellationToken cancellationToken)
    {
        var text = ApiKeys.Create();
        var key = new ApiKey
        {
            Name = result.GetRequiredValue(NewName),
            Role = Enum.Parse<ApiRole>(result.GetRequiredValue(Role), ignoreCase: true),
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
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new ImportException(ExitCode.Usage, $"There is, or was, a key named '{key.Name}'. Give this one another name.", exception);
        }

        await Console.Error.WriteLineAsync(
            $"Key {key.Id}, '{key.Name}', of the role {key.Role.ToString().ToLowerInvariant()}, {Until(key)}. Keep it now, it is not shown again:");
        await Console.Out.WriteLineAsync(text);
    }

    private static async Task ListAsync(CitiesDbContext context, CancellationToken cancellationToken)
    {
        const string columns = "{0,4}  {1,-24}  {2,-6}  {3,-13}  {4,-10}  {5,-10}  {6,8}  {7}";
        Write("id", "name", "role", "key", "created", "expires", "req/s", "state");
        await foreach (var key in context.ApiKeys.AsNoTracking().OrderBy(key => key.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Write(
                key.Id, key.Name, key.Role.ToString().ToLowerInvariant(), key.Prefix, Day(key.CreatedAt), Day(key.ExpiresAt),
                key.RequestsPerSecond, key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= DateTimeOffset.UtcNow ? "expired" : "valid");
        }

        static void Write(params object?[] values) => Console.Out.WriteLine(string.Format(CultureInfo.InvariantCulture, columns, values));
    }

    private static async Task RevokeAsync(CitiesDbContext context, ParseResult result, CancellationToken cancellationToken)
    {
        var (name, id) = (result.GetValue(Name), result.GetValue(Id));
        var key = await context.ApiKeys.SingleOrDefaultAsync(key => key.Name == name || key.Id == id, cancellationToken)
            ?? throw new ImportException(ExitCode.Usage, name is null ? $"There is no key {id}." : $"There is no key named '{name}'.");
        key.RevokedAt ??= DateTimeOffset.UtcNow;
        await context.SaveChangesAsync(cancellationToken);
        await Console.Error.WriteLineAsync($"Key {key.Id}, '{key.Name}', is revoked.");
    }

    private static async Task<ExitCode> RunAsync(
        Dictionary<string, string?> configuration, Func<CitiesDbContext, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            var builder = ImporterHost.CreateBuilder(configuration);
            builder.Services.AddSingleton<Progress.IImportProgress, Progress.LogProgress>();
            // Standard output is the key's, or the list's.
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
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

    private static DateTimeOffset? ParseExpires(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        var now = DateTimeOffset.UtcNow;
        DateTimeOffset? expires =
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 36_500 ? now.AddDays(days)
            : DateTimeOffset.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day
            : null;
        if (expires > now)
            return expires;
        result.AddError($"--expires '{text}' is neither a number of days nor a day to come ({DateFormat}).");
        return null;
    }

    private static string Until(ApiKey key) =>
        key.ExpiresAt is { } expires ? FormattableString.Invariant($"valid until {expires:yyyy-MM-dd HH:mm} UTC") : "valid until it is revoked";

    private static string Day(DateTimeOffset? time) => time?.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture) ?? "never";
}
