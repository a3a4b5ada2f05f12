using System.Buffers.Text;
using System.Text;

namespace Cities.Data;

/// <summary>
/// Creates slugs: lower-case ASCII letters and digits, with one hyphen for each sequence of other characters.
/// </summary>
public static class Slug
{
    private const int MaximumIdLength = 11;

    /// <summary>Gets the slug of a name, or the id if the name has no ASCII letter or digit.</summary>
    /// <param name="asciiName">The name. Non-ASCII characters are separators.</param>
    /// <param name="id">The place's id.</param>
    public static string Of(string asciiName, int id)
    {
        var utf8 = Encoding.UTF8.GetBytes(asciiName);
        return Encoding.ASCII.GetString(Write(utf8, id, new byte[Math.Max(utf8.Length, MaximumIdLength)]));
    }

    /// <summary>Writes the slug of a name, or the id if the name has no ASCII letter or digit.</summary>
    /// <param name="asciiName">The name in UTF-8. Non-ASCII bytes are separators.</param>
    /// <param name="id">The place's GeoNames id.</param>
    /// <param name="destination">The buffer, at least as long as the name and at least 11 bytes.</param>
    /// <returns>The part of the buffer that was written.</returns>
    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> asciiName, int id, Span<byte> destination)
    {
        var length = 0;
        var pending = false;
        foreach (var value in asciiName)
        {
            if (!char.IsAsciiLetterOrDigit((char)value))
            {
                pending = length > 0;
                continue;
            }

            if (pending)
                destination[length++] = (byte)'-';
            pending = false;
            destination[length++] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }

        if (length == 0)
            Utf8Formatter.TryFormat(id, destination, out length);
        return destination[..length];
    }
}
