namespace Cities.Importer.GeoNames;

/// <summary>
/// Finds keys that were possibly added before, with constant memory: a Bloom filter that uses parts of the key, which
/// is a hash, as hash functions. It finds all repeated keys. The database must check the candidates, because some are
/// not repeated.
/// </summary>
internal sealed class RepeatedKeys
{
    /// <summary>8 MB. With five million keys, one in 150 is a false positive.</summary>
    private const int Bits = 26;

    private const int MaximumCandidates = 1 << 17;

    private readonly ulong[] _filter = new ulong[1 << (Bits - 6)];
    private readonly HashSet<long> _candidates = [];
    private bool _tooMany;

    /// <summary>The keys that were possibly added more than once, or null if there are too many.</summary>
    public IReadOnlyCollection<long>? Candidates => _tooMany ? null : _candidates;

    public void Add(ulong key)
    {
        // Not short-circuited: every probe sets a bit.
        if (!(Probe(key) & Probe(key >> 19) & Probe(key >> 38)))
            return;
        if (_candidates.Count < MaximumCandidates)
            _candidates.Add((long)key);
        else
            _tooMany = true;
    }

    /// <summary>Sets a bit.</summary>
    private bool Probe(ulong hash)
    {
        var index = hash & ((1UL << Bits) - 1);
        ref var word = ref _filter[index >> 6];
        var mask = 1UL << (int)(index & 63);
        var wasSet = (word & mask) != 0;
        word |= mask;
        return wasSet;
    }
}
