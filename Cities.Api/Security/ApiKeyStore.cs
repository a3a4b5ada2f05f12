using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Cities.Api.Security;

/// <summary>
/// Finds API keys by their hashes. Caches keys, and hashes that belong to no key, for a few seconds: a revoked key
/// works until its entry is out of date. All members are thread-safe.
/// </summary>
internal sealed class ApiKeyStore(Sql sql, IOptions<ApiOptions> options, TimeProvider time) : IDisposable
{
    private const int MaximumEntries = 10_000;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaximumEntries });

    /// <summary>The queries that have not ended, by the hashes. Requests with the same key share a query.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Task<Key?>>> _queries = new();

    /// <summary>Finds a key in the cache.</summary>
    /// <param name="hash">The hash of the key.</param>
    /// <param name="key">The key, or null if no key has the hash.</param>
    /// <returns>Whether the cache has an entry for the hash that is not out of date.</returns>
    public bool TryGet(byte[] hash, out Key? key)
    {
        var isKnown = _cache.TryGetValue(Convert.ToHexString(hash), out Entry? entry)
            && time.GetElapsedTime(entry!.At) < options.Value.Authentication.KeyCache;
        key = isKnown ? entry!.Key : null;
        return isKnown;
    }

    /// <summary>Whether a key had the hash when it was last looked up.</summary>
    /// <param name="hash">The hash of the key.</param>
    public bool IsKnown(byte[] hash) =>
        _cache.TryGetValue(Convert.ToHexString(hash), out Entry? entry) && entry!.Key is not null;

    /// <summary>Finds a key in the database.</summary>
    /// <param name="hash">The hash of the key.</param>
    /// <param name="cancellationToken">Cancels the wait, but not the query, because other requests share it.</param>
    /// <returns>The key, or null if no key has the hash.</returns>
    /// <exception cref="NpgsqlException">The database is unavailable.</exception>
    public Task<Key?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexString(hash);
        return _queries.GetOrAdd(name, _ => new(() => RefreshAsync(name, hash))).Value.WaitAsync(cancellationToken);
    }

    public void Dispose() => _cache.Dispose();

    private async Task<Key?> RefreshAsync(string name, byte[] hash)
    {
        try
        {
            var at = time.GetTimestamp();
            var key = await QueryAsync(hash);
            if (options.Value.Authentication.KeyCache is var duration && duration > TimeSpan.Zero)
            {
                _cache.Set(name, new Entry(key, at), new MemoryCacheEntryOptions
                {
                    Size = 1,
                    // A key stays known, although it is looked up again after this time.
                    AbsoluteExpirationRelativeToNow = key is null ? duration : null,
                    // Requests with invented keys evict entries of other invented keys, not those of real keys.
                    Priority = key is null ? CacheItemPriority.Low : CacheItemPriority.High,
                });
            }

            return key;
        }
        finally
        {
            _queries.TryRemove(name, out _);
        }
    }

    private async Task<Key?> QueryAsync(byte[] hash)
    {
        // The timeouts of the connection and of commands bound the query.
        var cancellationToken = CancellationToken.None;
        await using var reader = await sql.OpenAsync(
            [
                $"""
                SELECT name, role, requests_per_second, expires_at, revoked_at IS NOT NULL
                FROM api_keys WHERE hash = {hash}
                """,
            ],
            cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new Key(
            reader.GetString(0),
            Enum.Parse<ApiRole>(reader.GetString(1)),
            await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetInt32(2),
            await reader.IsDBNullAsync(3, cancellationToken) ? null : new DateTimeOffset(reader.GetDateTime(3)),
            reader.GetBoolean(4));
    }

    /// <summary>The properties of an <see cref="ApiKey"/> that authentication needs.</summary>
    internal sealed record Key(
        string Name, ApiRole Role, int? RequestsPerSecond, DateTimeOffset? ExpiresAt, bool IsRevoked);

    private sealed record Entry(Key? Key, long At);
}
