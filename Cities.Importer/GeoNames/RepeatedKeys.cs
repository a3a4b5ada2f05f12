namespace Cities.Importer.GeoNames;

/// <summary>
/// Finds the keys that may have been seen before, in the same memory for any number of keys: a Bloom filter, with the key, a
/// hash itself, for its hash functions. What it finds, the database has to look at; it never misses one.
/// </summary>
internal sealed class RepeatedKeys
{
    /// <summary>8 MB: of five million keys, one in a hundred and fifty is found for nothing.</summary>
    private const int Bits = 26;

    private const int MaximumCandidates = 1 << 17;

    private readonly ulong[] _filter = new ulong[1 << (Bits - 6)];
    private readonly HashSet<long> _candidates = [];
    private bool _tooMany;

    /// <summary>The keys that may have been added more than once, or null where there are too many of them.</summary>
    public IReadOnlyCollection<long>? Candidates => _tooMany ? null : _candidates;

    public void Add(ulong key)
    {
        // Not short-circuited: every probe sets its bit.
        if (!(Probe(key) & Probe(key >> 19) & Probe(key >> 38)))
            return;
        if (_candidates.Count < MaximumCandidates)
            _candidates.Add((long)key);
        else
            _tooMany = true;
    }

    /// <summary>Sets a bit, and says whether it was set.</summary>
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
