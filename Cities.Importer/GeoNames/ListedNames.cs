using System.Buffers.Binary;
using System.IO.Hashing;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// Writes the names in the column alternatenames of GeoNames' main table as rows of
/// <see cref="AlternateNamesFile.Table"/>. GeoNames lists names in all languages there, without their languages, so
/// that searches find them without alternateNamesV2.
/// </summary>
/// <param name="copy">Receives the rows.</param>
internal sealed class ListedNames(CopyWriter copy)
{
    private readonly HashSet<long> _ofPlace = [];
    private readonly XxHash3 _hash = new();

    /// <summary>The rows.</summary>
    public CopyWriter Writer => copy;

    /// <summary>Writes the names of a place that differ from its name. Names with control
    /// characters are left out.</summary>
    /// <param name="place">The id of the place.</param>
    /// <param name="ownName">The name of the place.</param>
    /// <param name="commaSeparated">The names.</param>
    public void Write(int place, ReadOnlySpan<byte> ownName, ReadOnlySpan<byte> commaSeparated)
    {
        if (commaSeparated.IsEmpty)
            return;
        _ofPlace.Clear();
        foreach (var range in commaSeparated.Split((byte)','))
        {
            var name = PlaceNames.Normalize(commaSeparated[range]);
            var id = IdOf(place, name);
            if (name.IsEmpty || name.SequenceEqual(ownName) || !PlaceNames.IsDisplayable(name) || !_ofPlace.Add(id))
                continue;
            copy.BeginRow();
            copy.Int64(id);
            copy.Int32(place);
            copy.Int16((short)AlternativeNameKind.Listed);
            copy.Null();
            copy.Text(name);
            for (var flag = 0; flag < 4; flag++)
                copy.Boolean(false);
            copy.Null();
            copy.Null();
        }
    }

    /// <summary>
    /// Makes an id from the place and the name, so that it stays the same in later imports. It is negative, because
    /// GeoNames' ids are positive. For twenty million names, the probability of a collision is less than one in ten
    /// thousand.
    /// </summary>
    private long IdOf(int place, ReadOnlySpan<byte> name)
    {
        // Not the place as the seed: for short names, the hash is not random over different seeds.
        Span<byte> id = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(id, place);
        _hash.Append(id);
        _hash.Append(name);
        var hash = _hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        return -1 - (long)(hash >> 1);
    }
}
