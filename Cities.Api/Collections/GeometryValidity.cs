using NetTopologySuite.Geometries;
using NetTopologySuite.Index;
using NetTopologySuite.Index.HPRtree;
using NetTopologySuite.Operation.Valid;

namespace Cities.Api.Collections;

/// <summary>
/// Checks geometries of clients for validity (OGC 06-103r4, section 6.1). The time of the check and of the query
/// depends on the pairs of segments, and of rings, whose envelopes overlap. A small body can have many: the envelopes
/// of 10,000 parallel diagonals overlap all. Coasts and borders of Natural Earth have 1.1 pairs for each segment.
/// </summary>
internal static class GeometryValidity
{
    /// <summary>The maximum number of overlapping pairs for each segment, and for each ring.</summary>
    private const int MaximumOverlaps = 4;

    /// <summary>The number of overlapping pairs that each geometry can have.</summary>
    private const int FreeOverlaps = 1000;

    /// <summary>Describes why a geometry is invalid, or too complex to check.</summary>
    /// <returns>The end of a sentence about the geometry, or null if it is valid.</returns>
    /// <exception cref="OperationCanceledException">The request has ended.</exception>
    public static string? FindError(Geometry geometry, CancellationToken cancellationToken)
    {
        var rings = new List<LineString>();
        geometry.Apply(new GeometryComponentFilter(component =>
        {
            if (component is LineString ring)
                rings.Add(ring);
        }));
        if (AreTooMany(rings.Select(ring => ring.EnvelopeInternal), cancellationToken)
            || AreTooMany(rings.SelectMany(Segments), cancellationToken))
        {
            return "is too complex: too many of its edges overlap in longitude and latitude. Simplify it, or cut it "
                + "into parts and send a request for each";
        }

        var validity = new IsValidOp(geometry);
        if (validity.IsValid)
            return null;
        var (message, position) = (validity.ValidationError.Message, validity.ValidationError.Coordinate);
        return FormattableString.Invariant($"is not valid: {message} at {position.X},{position.Y}");
    }

    private static IEnumerable<Envelope> Segments(LineString ring)
    {
        var points = ring.CoordinateSequence;
        for (var index = 1; index < points.Count; index++)
            yield return new Envelope(points.GetCoordinate(index - 1), points.GetCoordinate(index));
    }

    private static bool AreTooMany(IEnumerable<Envelope> envelopes, CancellationToken cancellationToken)
    {
        var index = new HPRtree<Envelope>();
        var all = envelopes.ToList();
        foreach (var envelope in all)
            index.Insert(envelope, envelope);
        var counter = new Counter();
        foreach (var envelope in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            index.Query(envelope, counter);
            // Each pair is found twice, and each envelope finds itself.
            if (counter.Count > all.Count + (2L * (FreeOverlaps + (MaximumOverlaps * all.Count))))
                return true;
        }

        return false;
    }

    private sealed class Counter : IItemVisitor<Envelope>
    {
        public long Count { get; private set; }

        public void VisitItem(Envelope item) => Count++;
    }
}
