using System.Runtime.CompilerServices;
using System.Text;

namespace Cities.Api.Database;

/// <summary>
/// SQL with the values of its parameters, written as an interpolated string: the text is constant, and each
/// interpolated value becomes a parameter, unless it is a <see cref="SqlText"/> itself.
/// </summary>
/// <example><code>SqlText condition = $"city.id = {id}";</code></example>
[InterpolatedStringHandler]
internal sealed class SqlText
{
    /// <summary>The parts of the statement: text, or values of parameters.</summary>
    private readonly List<object> _parts = [];

    private SqlText(string constant) => _parts.Add(constant);

    /// <summary>Called by the compiler for an interpolated string.</summary>
    public SqlText(int literalLength, int formattedCount)
    {
    }

    /// <summary>The values of the parameters, in the order of their placeholders.</summary>
    public IEnumerable<object> Values => _parts.OfType<Value>().Distinct().Select(value => value.Content);

    /// <summary>Whether the statement begins with a text.</summary>
    public bool StartsWith(string text) =>
        _parts is [string first, ..] && first.StartsWith(text, StringComparison.Ordinal);

    /// <summary>Takes a text as a part of a statement.</summary>
    /// <param name="constant">A constant or a number, and never text from a request.</param>
    public static SqlText Constant(string constant) => new(constant);

    /// <summary>A parameter for a text, or NULL.</summary>
    public static SqlText Optional(string? text) => text is null ? new("NULL") : (SqlText)$"{text}";

    /// <summary>Joins statements with a separator between them.</summary>
    public static SqlText Join(string separator, IEnumerable<SqlText> texts)
    {
        var joined = new SqlText(0, 0);
        foreach (var (index, text) in texts.Index())
        {
            if (index > 0)
                joined.AppendLiteral(separator);
            joined.AppendFormatted(text);
        }

        return joined;
    }

    /// <summary>Called by the compiler for the text of an interpolated string.</summary>
    public void AppendLiteral(string value) => _parts.Add(value);

    /// <summary>Called by the compiler for SQL within an interpolated string.</summary>
    public void AppendFormatted(SqlText? value)
    {
        if (value is not null)
            _parts.AddRange(value._parts);
    }

    /// <summary>Called by the compiler for a value within an interpolated string.</summary>
    public void AppendFormatted<T>(T value)
        where T : notnull =>
        _parts.Add(new Value(value));

    /// <summary>Makes a command. A part that occurs more than once has one parameter.</summary>
    public NpgsqlBatchCommand ToCommand()
    {
        var text = new StringBuilder();
        var values = new List<Value>();
        foreach (var part in _parts)
        {
            if (part is not Value value)
            {
                text.Append((string)part);
                continue;
            }

            var index = values.IndexOf(value);
            if (index < 0)
            {
                index = values.Count;
                values.Add(value);
            }

            text.Append(CultureInfo.InvariantCulture, $"${index + 1}");
        }

#pragma warning disable CA2100 // Made of constants; values are parameters.
        var command = new NpgsqlBatchCommand(text.ToString());
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value.Content });
        return command;
    }

    /// <summary>The text of the statement, with its placeholders.</summary>
    public override string ToString() => ToCommand().CommandText;

    /// <summary>
    /// The value of a parameter. Two of them are the same parameter only if they are the same object.
    /// </summary>
    private sealed class Value(object content)
    {
        public object Content { get; } = content;
    }
}
