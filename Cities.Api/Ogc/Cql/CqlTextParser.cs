using System.Text;

namespace Cities.Api.Ogc.Cql;

/// <summary>Parses CQL2 text (OGC 21-065r2, annex B) by recursive descent.</summary>
internal sealed class CqlTextParser : CqlParser
{
    private static readonly HashSet<string> Comparisons = ["=", "<>", "<", ">", "<=", ">="];

    private readonly string _text;
    private Token _token;

    private CqlTextParser(string text)
    {
        _text = text;
        _token = Read(0);
    }

    /// <summary>What a token is.</summary>
    private enum Kind
    {
        End,
        Name,
        QuotedName,
        Number,
        Text,
        Symbol,
    }

    private string Position => At(_token.Start);

    /// <summary>Parses an expression.</summary>
    /// <exception cref="ParameterException">The text is not an expression, or exceeds a limit.</exception>
    public static CqlNode Parse(string text)
    {
        var parser = new CqlTextParser(text);
        var node = parser.Or();
        return parser._token.Kind is Kind.End
            ? node
            : throw parser.Unexpected("AND, OR or the end of the expression");
    }

    private CqlNode Or() => Nested(Position, () => Chain("or", () => Chain("and", Not)));

    /// <summary>Parses operands with a keyword between them.</summary>
    private CqlNode Chain(string keyword, Func<CqlNode> operand)
    {
        var first = operand();
        if (!IsKeyword(keyword))
            return first;
        List<CqlNode> operands = [first];
        var position = Position;
        while (TryKeyword(keyword))
            operands.Add(operand());
        return Counted(new CqlCall(position, keyword, operands));
    }

    private CqlNode Not()
    {
        var position = Position;
        return TryKeyword("not") ? Nested(position, () => Negated(position, Not())) : Predicate();
    }

    private CqlNode Predicate()
    {
        if (TrySymbol("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        var left = Operand();
        var position = Position;
        if (_token.Kind is Kind.Symbol && Comparisons.Contains(_token.Text))
        {
            var name = Take().Text;
            return Counted(new CqlCall(position, name, [left, Operand()]));
        }

        if (TryKeyword("is"))
        {
            var isNegated = TryKeyword("not");
            ExpectKeyword("null");
            return Negated(position, Counted(new CqlCall(position, "isnull", [left])), isNegated);
        }

        var isNot = TryKeyword("not");
        if (TryKeyword("like"))
            return Negated(position, Counted(new CqlCall(position, "like", [left, Operand()])), isNot);
        if (TryKeyword("between"))
        {
            var lower = Operand();
            ExpectKeyword("and");
            return Negated(position, Counted(new CqlCall(position, "between", [left, lower, Operand()])), isNot);
        }

        if (TryKeyword("in"))
        {
            var list = new CqlList(Position, Arguments());
            return Negated(position, Counted(new CqlCall(position, "in", [left, list])), isNot);
        }

        return !isNot && left is CqlCall or CqlLiteral { Value: bool }
            ? left
            : throw Unexpected("=, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS");
    }

    private CqlNode Operand()
    {
        var position = Position;
        switch (_token.Kind)
        {
            case Kind.Text:
                return Text(position, Take().Text);
            case Kind.Number:
                return Number(position, Take().Text);
            case Kind.QuotedName:
                return Counted(new CqlProperty(position, Take().Text));
            case Kind.Name when IsReserved(_token.Text):
                throw Unexpected("a property, a literal or a function");
            case Kind.Name:
                return Named(position, Take());
            default:
                throw Unexpected("a property, a literal or a function");
        }
    }

    /// <summary>Parses what begins with a name: a property, a literal or a function.</summary>
    private CqlNode Named(string position, Token name)
    {
        var upper = name.Text.ToUpperInvariant();
        if (upper is "TRUE" or "FALSE")
            return Counted(new CqlLiteral(position, upper == "TRUE"));
        if (GeometryTypes.Contains(upper))
            return Geometry(position, TakeWkt(name));
        if (!IsSymbol("("))
            return Counted(new CqlProperty(position, name.Text));
        switch (upper)
        {
            case "BBOX":
                Expect("(");
                List<double> numbers = [];
                do
                {
                    numbers.Add(
                        _token.Kind is Kind.Number ? Double(Position, Take().Text) : throw Unexpected("a number"));
                }
                while (TrySymbol(","));
                Expect(")");
                return Box(position, numbers);
            case "DATE":
                return Date(position, QuotedArgument());
            case "TIMESTAMP":
                return Timestamp(position, QuotedArgument());
            default:
                return Nested(
                    position, () => Counted(new CqlCall(position, name.Text.ToLowerInvariant(), Arguments())));
        }
    }

    private List<CqlNode> Arguments()
    {
        Expect("(");
        List<CqlNode> arguments = [];
        do
            arguments.Add(Operand());
        while (TrySymbol(","));
        Expect(")");
        return arguments;
    }

    private string QuotedArgument()
    {
        Expect("(");
        var text = _token.Kind is Kind.Text ? Take().Text : throw Unexpected("a text in quotes");
        Expect(")");
        return text;
    }

    /// <summary>Takes the text of a geometry: from its name to the parenthesis that ends it.</summary>
    private string TakeWkt(Token name)
    {
        var depth = 0;
        do
        {
            if (_token.Kind is Kind.End or Kind.Text or Kind.QuotedName)
                throw Unexpected("a geometry in WKT");
            depth += IsSymbol("(") ? 1 : IsSymbol(")") ? -1 : 0;
            // Geometry collections are the only geometries that contain others.
            if (depth > CqlNode.MaximumDepth)
                throw CqlNode.Error(Position, $"The geometry has more than {CqlNode.MaximumDepth} levels.");
            Take();
        }
        while (depth > 0);
        return _text[name.Start.._end];
    }

    private CqlNode Negated(string position, CqlNode node, bool isNegated = true) =>
        isNegated ? Counted(new CqlCall(position, "not", [node])) : node;

    private static bool IsReserved(string name) =>
        name.ToUpperInvariant() is "AND" or "OR" or "NOT" or "IS" or "NULL" or "LIKE" or "BETWEEN" or "IN";

    private bool IsKeyword(string keyword) =>
        _token.Kind is Kind.Name && _token.Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    private bool TryKeyword(string keyword)
    {
        if (!IsKeyword(keyword))
            return false;
        Take();
        return true;
    }

    private void ExpectKeyword(string keyword)
    {
        if (!TryKeyword(keyword))
            throw Unexpected(keyword.ToUpperInvariant());
    }

    private bool IsSymbol(string symbol) => _token.Kind is Kind.Symbol && _token.Text == symbol;

    private bool TrySymbol(string symbol)
    {
        if (!IsSymbol(symbol))
            return false;
        Take();
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TrySymbol(symbol))
            throw Unexpected($"'{symbol}'");
    }

    private ParameterException Unexpected(string expected) => CqlNode.Error(
        Position,
        _token.Kind is Kind.End
            ? $"The expression ends where {expected} is expected."
            : $"'{_token.Text}' stands where {expected} is expected.");

    private static string At(int index) => $"character {index + 1}";

    /// <summary>The end of the token that was taken last.</summary>
    private int _end;

    private Token Take()
    {
        var taken = _token;
        _end = taken.End;
        _token = Read(taken.End);
        return taken;
    }

    private Token Read(int start)
    {
        while (start < _text.Length && char.IsWhiteSpace(_text[start]))
            start++;
        if (start == _text.Length)
            return new Token(Kind.End, "", start, start);
        var first = _text[start];
        if (first is '\'' or '"')
            return ReadQuoted(start, first);
        if (char.IsLetter(first) || first == '_')
            return ReadName(start);
        if (StartsNumber(start))
            return ReadNumber(start);
        var length = first is '<' && start + 1 < _text.Length && _text[start + 1] is '>' or '=' ? 2
            : first is '>' && start + 1 < _text.Length && _text[start + 1] is '=' ? 2
            : 1;
        return new Token(Kind.Symbol, _text.Substring(start, length), start, start + length);
    }

    /// <summary>Reads a text or a name in quotes. Two quotes, or a backslash and a quote, stand for one.</summary>
    private Token ReadQuoted(int start, char quote)
    {
        var content = new StringBuilder();
        for (var index = start + 1; index < _text.Length; index++)
        {
            var isEscape = _text[index] == quote || _text[index] == '\\';
            if (isEscape && index + 1 < _text.Length && _text[index + 1] == quote)
            {
                content.Append(quote);
                index++;
            }
            else if (_text[index] == quote)
            {
                var kind = quote == '"' ? Kind.QuotedName : Kind.Text;
                return new Token(kind, content.ToString(), start, index + 1);
            }
            else
            {
                content.Append(_text[index]);
            }
        }

        throw CqlNode.Error(At(start), $"The closing {quote} is missing.");
    }

    private bool StartsNumber(int start)
    {
        if (_text[start] is '-' or '+')
            start++;
        if (start < _text.Length && _text[start] == '.')
            start++;
        return start < _text.Length && char.IsAsciiDigit(_text[start]);
    }

    private Token ReadNumber(int start)
    {
        var index = start + 1;
        while (index < _text.Length
            && (char.IsAsciiDigit(_text[index])
                || _text[index] is '.' or 'e' or 'E'
                || (_text[index] is '-' or '+' && _text[index - 1] is 'e' or 'E')))
        {
            index++;
        }

        return new Token(Kind.Number, _text[start..index], start, index);
    }

    private Token ReadName(int start)
    {
        var index = start + 1;
        while (index < _text.Length && (char.IsLetterOrDigit(_text[index]) || _text[index] is '_' or '.' or ':'))
            index++;
        return new Token(Kind.Name, _text[start..index], start, index);
    }

    /// <summary>A token.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Text">Its text, without quotes.</param>
    /// <param name="Start">The index of its first character.</param>
    /// <param name="End">The index after its last character.</param>
    private readonly record struct Token(Kind Kind, string Text, int Start, int End);
}
