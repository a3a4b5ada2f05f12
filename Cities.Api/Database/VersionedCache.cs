using Microsoft.Extensions.Caching.Memory;

namespace Cities.Api.Database;

/// <summary>
/// Keeps what was computed from one version of the data: counts, extents and statistics. Another version has other
/// keys, so that an import or edit needs no eviction. All members are thread-safe.
/// </summary>
internal sealed class VersionedCache : IDisposable
{
    private const int MaximumEntries = 10_000;

    private readonly MemoryCache _entries = new(new MemoryCacheOptions { SizeLimit = MaximumEntries });

    /// <summary>Finds a value.</summary>
    /// <param name="version">The version of the data, or null if it is not known.</param>
    /// <param name="key">The key within the version.</param>
    /// <param name="value">The value, if there is one.</param>
    public bool TryGet<T>(string? version, string key, out T? value)
    {
        value = default;
        return version is not null && _entries.TryGetValue((version, key), out value);
    }

    /// <summary>Keeps a value.</summary>
    /// <param name="version">The version of the data that the value was computed from; null keeps nothing.</param>
    /// <param name="key">The key within the version.</param>
    /// <param name="value">The value.</param>
    public void Set<T>(string? version, string key, T value)
    {
        if (version is not null)
            _entries.Set((version, key), value, new MemoryCacheEntryOptions { Size = 1 });
    }

    public void Dispose() => _entries.Dispose();
}
