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

    /// <summary>The operation of a statement, and the table that it reads or writes first; subqueries of columns do not count.</summary>
    /// <param name="sql">One statement, or several, of which the first counts.</param>
    internal static string Summarize(string sql)
    {
        var operation = Operation().Match(sql).Value.ToUpperInvariant();
        var (depth, level) = (0, 0);
        foreach (Match token in Token().Matches(sql))
        {
            if (token.Value == "(")
            {
                depth++;
            }
            else if (token.Value == ")")
            {
                depth--;
            }
            else if (depth == level && token.Groups["statement"] is { Success: true } statement)
            {
                // What stands behind the common table expressions.
                if (operation == "WITH")
                    operation = statement.Value.ToUpperInvariant();
            }
            else if (depth == level && token.Groups["table"] is { Success: true } table)
            {
                return $"{operation} {table.Value.Trim('"')}";
            }
            else if (token.Value.EndsWith('('))
            {
                depth++;
                // A subquery that is read from, and not one of a column.
                if (depth == level + 1)
                    level++;
            }
        }

        return operation;
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Operation();

    [GeneratedRegex(
        """
        [()]|\b(?<statement>SELECT|INSERT|DELETE|MERGE)\b
        |\b(?:FROM|INTO|UPDATE|COPY|TABLE|INDEX|ANALYZE|TRUNCATE|SET)\s+(?:(?:ONLY|LOCAL|CONCURRENTLY|IF\s+(?:NOT\s+)?EXISTS)\s+)?
          (?:\(|(?<table>"?\w[\w.]*"?))
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
