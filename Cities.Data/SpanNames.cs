using System.Text.RegularExpressions;
using Npgsql;

namespace Cities.Data;

/// <summary>
/// Names the spans of SQL statements by a summary such as <c>SELECT cities</c>, as the conventions of OpenTelemetry
/// recommend (https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query).
/// The attribute <c>db.query.text</c> contains the statement.
/// </summary>
public static partial class SpanNames
{
    /// <summary>Names the spans of the commands of a data source by their summary.</summary>
    /// <param name="source">The data source.</param>
    public static void NameSpansBySummary(this NpgsqlDataSourceBuilder source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandSpanNameProvider(command => Summarize(command.CommandText))
            .ConfigureBatchSpanNameProvider(batch =>
                string.Join("; ", batch.BatchCommands
                    .Cast<NpgsqlBatchCommand>()
                    .Select(each => Summarize(each.CommandText))
                    .Distinct()))
            .ConfigureCopyOperationSpanNameProvider(Summarize));
    }

    /// <summary>
    /// Gets the operation of a statement and the first table that it reads or writes. Subqueries in columns are
    /// ignored.
    /// </summary>
    /// <param name="sql">The statement. Only the first of several statements is examined.</param>
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
                // The operation follows the common table expressions.
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
                // A subquery in the FROM clause, not in a column.
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
        |\b(?:FROM|INTO|UPDATE|COPY|TABLE|INDEX|ANALYZE|TRUNCATE|SET)\s+
          (?:(?:ONLY|LOCAL|CONCURRENTLY|IF\s+(?:NOT\s+)?EXISTS)\s+)?
          (?:\(|(?<table>"?\w[\w.]*"?))
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
