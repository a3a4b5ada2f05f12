using System.Text;

namespace Cities.Api.Tests;

/// <summary>Reads the points of a Mapbox Vector Tile 2.1: as much of Protocol Buffers as they need.</summary>
internal sealed record VectorTile(IReadOnlyList<VectorTile.Layer> Layers)
{
    public static VectorTile Parse(byte[] tile) =>
        new([.. Fields(tile).Where(field => field.Number == 3).Select(field => ParseLayer(field.Bytes))]);

    private static Layer ParseLayer(ReadOnlyMemory<byte> layer)
    {
        var fields = Fields(layer).ToList();
        string[] keys = [.. fields.Where(field => field.Number == 3).Select(field => Text(field.Bytes))];
        object[] values = [.. fields.Where(field => field.Number == 4).Select(field => ParseValue(field.Bytes))];
        return new Layer(
            Text(fields.Single(field => field.Number == 1).Bytes),
            (int)fields.Single(field => field.Number == 15).Value,
            (int)fields.Single(field => field.Number == 5).Value,
            [.. fields.Where(field => field.Number == 2).Select(field => ParseFeature(field.Bytes, keys, values))]);
    }

    private static object ParseValue(ReadOnlyMemory<byte> value) => Fields(value).Single() switch
    {
        (1, _, var text) => Text(text),
        (4 or 5, var number, _) => (long)number,
        (6, var number, _) => ZigZag(number),
        var other => throw new NotSupportedException($"A value of type {other.Number}."),
    };

    private static Feature ParseFeature(ReadOnlyMemory<byte> feature, string[] keys, object[] values)
    {
        var fields = Fields(feature).ToDictionary(field => field.Number);
        var tags = Varints(fields[2].Bytes).ToArray();
        var geometry = Varints(fields[4].Bytes).ToArray();
        // A point is one MoveTo.
        if (fields[3].Value != 1 || geometry is not [9, var x, var y])
            throw new NotSupportedException("The feature is not a point.");
        return new Feature(
            fields[1].Value,
            (int)ZigZag(x),
            (int)ZigZag(y),
            tags.Chunk(2).ToDictionary(pair => keys[(int)pair[0]], pair => values[(int)pair[1]]));
    }

    private static IEnumerable<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var position = 0; position < message.Length;)
        {
            var key = Varint(message, ref position);
            var value = Varint(message, ref position);
            switch (key & 7)
            {
                case 0:
                    yield return ((int)(key >> 3), value, default);
                    break;
                case 2:
                    yield return ((int)(key >> 3), 0, message.Slice(position, (int)value));
                    position += (int)value;
                    break;
                default:
                    throw new NotSupportedException($"Wire type {key & 7}.");
            }
        }
    }

    private static IEnumerable<ulong> Varints(ReadOnlyMemory<byte> bytes)
    {
        for (var position = 0; position < bytes.Length;)
            yield return Varint(bytes, ref position);
    }

    private static ulong Varint(ReadOnlyMemory<byte> bytes, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes.Span[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    internal sealed record Layer(string Name, int Version, int Extent, IReadOnlyList<Feature> Features);

    internal sealed record Feature(ulong Id, int X, int Y, IReadOnlyDictionary<string, object> Attributes);
}
