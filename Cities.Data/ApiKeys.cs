using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Cities.Data;

/// <summary>What a key of a machine looks like, and what is kept of it.</summary>
public static partial class ApiKeys
{
    /// <summary>What every key begins with, by which it is told from a token, and found where it should not be.</summary>
    public const string Prefix = "cities_";

    private const int RandomBytes = 32;

    /// <summary>Characters by which a key is recognised: some of them random, and far too few to guess the others from.</summary>
    private const int ShownLength = 13;

    /// <summary>Makes a key.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a text has the form of a key.</summary>
    /// <param name="text">The text.</param>
    public static bool IsKey(string text) => Key().IsMatch(text);

    /// <summary>What is kept in the place of a key. As keys are random and long, it needs neither salt nor iterations.</summary>
    /// <param name="key">The key.</param>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The first characters of a key, to recognise it by.</summary>
    /// <param name="key">The key.</param>
    public static string ShownOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..ShownLength];
    }

    /// <summary>Whether a text can be the name of a key: 1 to 64 letters, digits and <c>. _ -</c>, the first of them no sign.</summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"\Acities_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
