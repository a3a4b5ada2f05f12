using Microsoft.Extensions.Caching.Memory;

namespace Cities.Api.Security;

/// <summary>
/// The keys of machines, as the database has them by their hashes, and as they were a few seconds ago: for so long one that is revoked
/// goes on. Which hashes are no key's is remembered likewise. All members are safe for use by many threads.
/// </summary>
internal sealed class ApiKeyStore(Sql sql, IOptions<ApiOptions> options, TimeProvider time) : IDisposable
{
    private const int MaximumEntries = 10_000;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaximumEntries });

    /// <summary>Looks in memory alone.</summary>
    /// <param name="hash">Hash of the key.</param>
    /// <param name="key">The key, or null if there is none with the hash.</param>
    /// <returns>Whether it is known if there is one.</returns>
    public bool TryGet(byte[] hash, out Key? key)
    {
        var isKnown = _cache.TryGetValue(Convert.ToHexString(hash), out Entry? entry)
            && time.GetElapsedTime(entry!.At) < options.Value.Authentication.KeyCache;
        key = isKnown ? entry!.Key : null;
        return isKnown;
    }

    /// <summary>Looks in the database.</summary>
    /// <param name="hash">Hash of the key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The key, or null if there is none with the hash.</returns>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public async Task<Key?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var key = await QueryAsync(hash, cancellationToken);
        if (options.Value.Authentication.KeyCache is var duration && duration > TimeSpan.Zero)
        {
            _cache.Set(Convert.ToHexString(hash), new Entry(key, at), new MemoryCacheEntryOptions
            {
                Size = 1,
                AbsoluteExpirationRelativeToNow = duration,
                // Whoever makes keys up displaces what others have made up, and no key.
                Priority = key is null ? CacheItemPriority.Low : CacheItemPriority.High,
            });
        }

        return key;
    }

    public void Dispose() => _cache.Dispose();

    private async Task<Key?> QueryAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync(
            [$"SELECT name, role, requests_per_second, expires_at, revoked_at IS NOT NULL FROM api_keys WHERE hash = {hash}"],
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

    /// <summary>What is known of a key; its parts are those of <see cref="ApiKey"/>.</summary>
    internal sealed record Key(string Name, ApiRole Role, int? RequestsPerSecond, DateTimeOffset? ExpiresAt, bool IsRevoked);

    private sealed record Entry(Key? Key, long At);
}
