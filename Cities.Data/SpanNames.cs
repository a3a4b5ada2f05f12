using System.Text.RegularExpressions;
using Npgsql;

namespace Cities.Data;

/// <summary>
/// Names the spans of SQL by their summary, such as <c>SELECT cities</c>, as OpenTelemetry's conventions recommend
/// (https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query). The statement
/// itself is the attribute <c>db.query.text</c>.
/// </summary>
public static partial class SpanNames
{
    /// <summary>Has the spans of the data source's commands named by their summary.</summary>
    /// <param name="source">The data source.</param>
    public static void NameSpansBySummary(this NpgsqlDataSourceBuilder source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandSpanNameProvider(command => Summarize(command.CommandText))
            .ConfigureBatchSpanNameProvider(batch =>
                string.Join("; ", batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(each => Summarize(each.CommandText)).Distinct()))
            .ConfigureCopyOperationSpanNameProvider(Summarize));
    }

    /// <summary>The operation of a statement, and the table that it names first.</summary>
    /// <param name="sql">One statement, or several, of which the first counts.</param>
    internal static string Summarize(string sql)
    {
        var operation = Operation().Match(sql).Value.ToUpperInvariant();
        var target = Target().Match(sql).Groups["name"].Value;
        return target.Length == 0 ? operation : $"{operation} {target}";
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Operation();

    [GeneratedRegex(
        @"\b(?:FROM|INTO|UPDATE|COPY|TABLE|INDEX|ANALYZE|TRUNCATE|SET)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?""?(?<name>\w+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Target();
}
