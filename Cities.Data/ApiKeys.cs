using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Cities.Data;

/// <summary>Creates API keys, and the hash and prefix that the database stores.</summary>
public static partial class ApiKeys
{
    /// <summary>
    /// The start of every key. It distinguishes keys from tokens, and secret scanners find keys by it.
    /// </summary>
    public const string Prefix = "cities_";

    private const int RandomBytes = 32;

    /// <summary>
    /// Number of characters by which users recognise a key. They include a few random ones, but too few to guess the
    /// others.
    /// </summary>
    private const int ShownLength = 13;

    /// <summary>Creates a random key.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a text has the format of a key.</summary>
    /// <param name="text">The text.</param>
    public static bool IsKey(string text) => Key().IsMatch(text);

    /// <summary>
    /// The hash that is stored instead of the key. Keys are long and random, so the hash needs neither salt nor
    /// iterations.
    /// </summary>
    /// <param name="key">The key.</param>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The first characters of a key, by which users recognise it.</summary>
    /// <param name="key">The key.</param>
    public static string ShownOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..ShownLength];
    }

    /// <summary>
    /// Whether a text is a valid name of a key: 1 to 64 letters, digits and <c>. _ -</c>, starting with a letter or
    /// digit.
    /// </summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"\Acities_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
