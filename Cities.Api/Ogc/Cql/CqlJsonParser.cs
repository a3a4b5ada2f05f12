using System.Text;
using System.Text.Json;

namespace Cities.Api.Ogc.Cql;

/// <summary>Parses CQL2 JSON (OGC 21-065r2, annex C).</summary>
internal sealed class CqlJsonParser : CqlParser
{
    private CqlJsonParser()
    {
    }

    /// <summary>Parses an expression.</summary>
    /// <exception cref="ParameterException">The text is not an expression, or exceeds a limit.</exception>
    public static CqlNode Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return new CqlJsonParser().Node(document.RootElement, "$");
        }
        catch (JsonException exception)
        {
            throw new ParameterException("filter", $"The expression is not valid JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is valid JSON. Only reading the string finds it.
            throw new ParameterException("filter", "The expression contains a string that is not valid Unicode.");
        }
    }

    private CqlNode Node(JsonElement element, string position) => element.ValueKind switch
    {
        JsonValueKind.String => Text(position, element.GetString()!),
        JsonValueKind.Number => Number(position, element.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => Counted(new CqlLiteral(position, element.GetBoolean())),
        JsonValueKind.Array => new CqlList(position, Items(element, position)),
        JsonValueKind.Object => Nested(position, () => Object(element, position)),
        _ => throw CqlNode.Error(position, "null is not a value. To select features without a value, use isNull."),
    };

    private CqlNode Object(JsonElement element, string position)
    {
        if (TryText("op", out var name))
        {
            return Counted(new CqlCall(
                position, name.ToLowerInvariant(), Items(Required("args"), $"{position}.args")));
        }

        if (TryText("property", out name))
            return Counted(new CqlProperty(position, name));
        if (TryText("date", out name))
            return Date(position, name);
        if (TryText("timestamp", out name))
            return Timestamp(position, name);
        if (element.TryGetProperty("bbox", out var box) && box.ValueKind is JsonValueKind.Array)
            return Box(position, [.. box.EnumerateArray().Select(number => Double(position, number.GetRawText()))]);
        if (element.TryGetProperty("type", out _))
            return Geometry(position, ToWkt(element, position));
        throw CqlNode.Error(
            position, "The object has none of the members op, property, date, timestamp, bbox and type.");

        bool TryText(string member, out string text)
        {
            text = "";
            if (!element.TryGetProperty(member, out var value))
                return false;
            text = value.ValueKind is JsonValueKind.String
                ? value.GetString()!
                : throw CqlNode.Error($"{position}.{member}", "The value is not a string.");
            return true;
        }

        JsonElement Required(string member) =>
            element.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Array
                ? value
                : throw CqlNode.Error(position, $"The object has no array {member}.");
    }

    private List<CqlNode> Items(JsonElement array, string position) =>
        [.. array.EnumerateArray().Select((item, index) => Node(item, $"{position}[{index}]"))];

    /// <summary>Converts GeoJSON (RFC 7946) to WKT, so that both encodings have one reader.</summary>
    private static string ToWkt(JsonElement element, string position)
    {
        var type = element.TryGetProperty("type", out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()!.ToUpperInvariant()
            : "";
        if (!GeometryTypes.Contains(type))
            throw CqlNode.Error(position, "The type is not that of a GeoJSON geometry.");
        var wkt = new StringBuilder(type);
        if (type != "GEOMETRYCOLLECTION")
        {
            if (!element.TryGetProperty("coordinates", out var coordinates))
                throw CqlNode.Error(position, "The geometry has no coordinates.");
            var isPoint = type == "POINT";
            if (isPoint)
                wkt.Append('(');
            Append(coordinates);
            return (isPoint ? wkt.Append(')') : wkt).ToString();
        }

        if (!element.TryGetProperty("geometries", out var geometries)
            || geometries.ValueKind is not JsonValueKind.Array)
        {
            throw CqlNode.Error(position, "The geometry collection has no geometries.");
        }

        return wkt.Append('(').AppendJoin(',', geometries.EnumerateArray().Select(each => ToWkt(each, position)))
            .Append(')').ToString();

        void Append(JsonElement array)
        {
            if (array.ValueKind is not JsonValueKind.Array)
            {
                throw CqlNode.Error(
                    position, "The nesting of the coordinates does not match the type of the geometry.");
            }

            var items = array.EnumerateArray().ToList();
            if (items.Count > 0 && items[0].ValueKind is JsonValueKind.Number)
            {
                // A height is ignored, because the locations have none.
                wkt.AppendJoin(' ', items.Take(2).Select(number =>
                    Double(position, number.GetRawText()).ToString("R", CultureInfo.InvariantCulture)));
                return;
            }

            wkt.Append('(');
            foreach (var (index, item) in items.Index())
            {
                if (index > 0)
                    wkt.Append(',');
                Append(item);
            }

            wkt.Append(')');
        }
    }
}
