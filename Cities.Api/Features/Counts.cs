using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cities.Api.Http;
using Microsoft.Extensions.Caching.Memory;

namespace Cities.Api.Features;

/// <summary>
/// How many features queries have, for as long as the data is the same: to count reads all that match, so it is done once an
/// import or edit and not once a page.
/// </summary>
internal sealed class Counts(DataVersion version) : IDisposable
{
    private const int MaximumEntries = 10_000;

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = MaximumEntries });

    /// <summary>Finds what is known of a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends the wait for the version of the data.</param>
    public async ValueTask<Count> FindAsync(FeatureQuery query, CancellationToken cancellationToken)
    {
        if (await version.GetAsync(cancellationToken) is not { } current)
            return new Count(null, null);
        var parts = new StringBuilder();
        foreach (var part in query.Values.Select(TextOf).Prepend(query.CountSql).Prepend(current))
            parts.Append(part.Length).Append(':').Append(part);
        // A polygon can be long, and its hash is not.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
        return new Count(key, _known.TryGetValue(key, out long count) ? count : null);
    }

    /// <summary>Keeps a count that was not known.</summary>
    public void Keep(Count count)
    {
        if (count.Key is not null)
            _known.Set(count.Key, count.Value!.Value, new MemoryCacheEntryOptions { Size = 1 });
    }

    public void Dispose() => _known.Dispose();

    private static string TextOf(object value) => value switch
    {
        byte[] bytes => Convert.ToBase64String(bytes),
        string[] texts => string.Join('\0', texts),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <param name="Key">What it is kept under, or null where it cannot be.</param>
    /// <param name="Value">The number of features, if it is known.</param>
    internal readonly record struct Count(string? Key, long? Value);
}
