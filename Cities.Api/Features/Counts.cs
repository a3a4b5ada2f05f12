using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;

namespace Cities.Api.Features;

/// <summary>
/// How many features queries have, for as long as the data is the same: to count reads all that match, so it is done once an
/// import or edit and not once a page.
/// </summary>
internal sealed class Counts : IDisposable
{
    private const int MaximumEntries = 10_000;

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = MaximumEntries });

    /// <summary>The number of a query's features, or null where it is not known.</summary>
    /// <param name="query">The query.</param>
    /// <param name="version">The version of the data.</param>
    public long? Find(FeatureQuery query, string version) => _known.TryGetValue(Key(query, version), out long count) ? count : null;

    /// <summary>Keeps a number that was not known.</summary>
    /// <param name="query">The query.</param>
    /// <param name="version">The version of the data that was counted.</param>
    /// <param name="count">The number of features.</param>
    public void Keep(FeatureQuery query, string version, long count) =>
        _known.Set(Key(query, version), count, new MemoryCacheEntryOptions { Size = 1 });

    public void Dispose() => _known.Dispose();

    private static string Key(FeatureQuery query, string version)
    {
        var parts = new StringBuilder();
        foreach (var part in query.Values.Select(TextOf).Prepend(query.CountSql).Prepend(version))
            parts.Append(part.Length).Append(':').Append(part);
        // A polygon can be long, and its hash is not.
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
    }

    private static string TextOf(object value) => value switch
    {
        byte[] bytes => Convert.ToBase64String(bytes),
        string[] texts => string.Join('\0', texts),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
