using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cities.Importer.Tests;

/// <summary>
/// What a terminal shows after an output: text, and those of its control sequences (ECMA-48) that move the cursor and erase.
/// Lines that have scrolled away are still there.
/// </summary>
internal sealed partial class TerminalScreen
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _row;
    private int _column;

    public TerminalScreen(string output)
    {
        var position = 0;
        while (position < output.Length)
        {
            var sequence = ControlSequence.Match(output, position);
            if (sequence.Success)
            {
                Control(sequence.Groups["parameters"].Value, sequence.Groups["function"].Value);
                position += sequence.Length;
            }
            else
            {
                Write(output[position++]);
            }
        }
    }

    /// <summary>The lines from the top, without what is blank at their ends.</summary>
    public string[] Lines => [.. _lines.Select(line => line.ToString().TrimEnd())];

    private void Write(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                MoveTo(_row + 1);
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case >= ' ':
                var line = _lines[_row];
                line.Append(' ', Math.Max(0, _column + 1 - line.Length));
                line[_column++] = character;
                break;
        }
    }

    private void Control(string parameters, string function)
    {
        var first = int.TryParse(parameters, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        switch (function)
        {
            case "A":
                MoveTo(Math.Max(0, _row - Math.Max(1, first)));
                break;
            case "B":
                MoveTo(_row + Math.Max(1, first));
                break;
            case "G":
                _column = Math.Max(1, first) - 1;
                break;
            case "K" when first == 2:
                _lines[_row].Clear();
                break;
            case "K" when first == 0:
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                break;
            case "J" when first == 0:
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case "m" or "h" or "l":
                break;
            default:
                throw new NotSupportedException($"ESC [ {parameters} {function}");
        }
    }

    private void MoveTo(int row)
    {
        _row = row;
        while (_lines.Count <= row)
            _lines.Add(new StringBuilder());
    }

    [GeneratedRegex(@"\G\x1B\[(?<parameters>[0-9;?]*)(?<function>[A-Za-z])")]
    private static partial Regex ControlSequence { get; }
}
