using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Cities.Benchmarks.Api;

/// <summary>
/// PostgreSQL's log (<c>log_destination = jsonlog</c>), from which the statements of a request are read: what is measured
/// beside the API is then what the API asks for, and not what someone has written down of it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="connectionString">The server, for marks in the log.</param>
internal sealed partial class ServerLog(string path, string connectionString)
{
    /// <summary>The session setting with which statements are logged.</summary>
    public const string Option = "-c log_min_duration_statement=0";

    private const string Mark = "benchmark mark";
    private int _marks;

    /// <summary>Runs something, and gives the statements that it has run meanwhile, of sessions with <see cref="Option"/>.</summary>
    public async Task<IReadOnlyList<string>> StatementsOfAsync(Func<Task> action)
    {
        await MarkAsync();
        await action();
        await MarkAsync();
        var texts = new List<string>();
        var mark = 0;
        // The server is writing to it.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (await reader.ReadLineAsync() is { } line)
        {
            using var entry = JsonDocument.Parse(line);
            if (!entry.RootElement.TryGetProperty("message", out var message) || Statement().Match(message.GetString()!) is not { Success: true } match)
                continue;
            var sql = match.Groups["sql"].Value;
            if (sql.Contains(Mark, StringComparison.Ordinal))
                mark++;
            else if (mark == _marks - 1 && !sql.Contains("import_runs", StringComparison.Ordinal))
                texts.Add(WithValues(sql, entry.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : ""));
        }

        return texts;
    }

    private async Task MarkAsync()
    {
        // An answer is there a moment before its statement is in the log.
        await Task.Delay(100);
        await using var connection = new NpgsqlConnection(connectionString + $";No Reset On Close=true;Options={Option}");
        await connection.OpenAsync();
#pragma warning disable CA2100 // a number
        await using var command = new NpgsqlCommand($"SELECT '{Mark} {_marks++}'", connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
        await Task.Delay(100);
    }

    private static string WithValues(string sql, string detail)
    {
        var values = Value().Matches(detail).ToDictionary(match => match.Groups["number"].Value, match => Literal(match.Groups["value"].Value));
        return Placeholder().Replace(sql, match => values[match.Groups["number"].Value]);
    }

    /// <summary>The log has no types: whole numbers, others, arrays of texts and texts are all that the API sends.</summary>
    private static string Literal(string value) => value switch
    {
        "NULL" => "NULL",
        ['\'', .. var text, '\''] when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => $"({text})",
        ['\'', .. var text, '\''] when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => $"({text})::float8",
        ['\'', '{', ..] => $"{value}::text[]",
        _ => $"{value}::text",
    };

    [GeneratedRegex(@"^duration: [0-9.]+ ms  (execute [^:]+|statement): (?<sql>.+)$", RegexOptions.Singleline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\$(?<number>[0-9]+) = (?<value>NULL|'([^']|'')*')")]
    private static partial Regex Value();

    [GeneratedRegex(@"\$(?<number>[0-9]+)")]
    private static partial Regex Placeholder();
}
