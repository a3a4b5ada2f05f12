namespace Cities.Api.Collections;

/// <summary>The requested part of a list.</summary>
internal abstract record FeaturePage
{
    /// <summary>The requested number of features at most, or null.</summary>
    public int? Limit { get; init; }

    /// <summary>The number of features at most.</summary>
    public int EffectiveLimit => Limit ?? PageRequest.DefaultLimit;

    /// <summary>The number of features to skip.</summary>
    public long Offset { get; init; }

    /// <summary>The cursor that the page comes after, or null.</summary>
    public Cursor? After { get; init; }

    /// <summary>How the features of the whole list are counted.</summary>
    public virtual Counting Counting { get; init; }

    /// <summary>Whether the query reads one feature more, to see whether there is a next page.</summary>
    public virtual bool LooksAhead => false;

    /// <summary>Whether the links to other pages contain cursors.</summary>
    public virtual bool HasCursors => false;

    /// <summary>Whether the query reads the features from the end of the page to its start.</summary>
    public virtual bool IsReversed => false;

    /// <summary>Makes the links to other pages.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="found">What the query has found.</param>
    public abstract PageLinks Links(HttpRequest request, FoundPage found);

    /// <summary>Makes the requested page of a list.</summary>
    /// <param name="query">The query of the list, with its order.</param>
    /// <param name="limit">The requested number of features, or null.</param>
    /// <param name="offset">The number of features to skip, or null.</param>
    /// <param name="after">
    /// The cursor that the page comes after, empty for the first page; null without cursors.
    /// </param>
    /// <param name="counting">How the features are counted, or null for the default.</param>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public static FeaturePage Of(
        FeatureQuery query, int? limit, int? offset, string? after, Counting? counting = null)
    {
        if (after is null)
        {
            return new OffsetPage(query.HasCursors)
            {
                Limit = limit,
                Offset = offset ?? 0,
                Counting = counting ?? Counting.Capped,
            };
        }

        if (!query.HasCursors)
            throw new ParameterException("after", "A list in the order of relevance has no cursors. Use offset.");
        return new CursorPage
        {
            Limit = limit,
            After = Cursor.Of(after, offset, query.Order),
            Counting = counting ?? Counting.None,
        };
    }
}

/// <summary>How the features of a whole list are counted.</summary>
internal enum Counting
{
    /// <summary>They are not counted.</summary>
    None,

    /// <summary>Up to <see cref="FeatureQuery.MaximumCount"/>, so that the cost has a limit.</summary>
    Capped,

    /// <summary>All of them.</summary>
    Exact,
}

/// <summary>What the query for a page has found.</summary>
/// <param name="Count">The number of features of the whole list, if they were counted.</param>
/// <param name="Returned">The number of features of the page.</param>
/// <param name="HasMore">Whether the list has more features after the page, in the order of the query.</param>
/// <param name="First">The cursor of the first feature of the page, or null if there are none.</param>
/// <param name="Last">The cursor of the last feature of the page, or null if there are none.</param>
internal sealed record FoundPage(long? Count, int Returned, bool HasMore, Cursor? First, Cursor? Last);

/// <summary>All features, or the first of them: there are no other pages.</summary>
internal sealed record WholePage : FeaturePage
{
    public override PageLinks Links(HttpRequest request, FoundPage found) => default;
}

/// <summary>A page at an offset.</summary>
/// <param name="CanContinue">Whether the list has cursors for the pages after the maximum offset.</param>
internal sealed record OffsetPage(bool CanContinue) : FeaturePage
{
    public override bool LooksAhead => true;

    public override bool HasCursors => CanContinue && Offset + EffectiveLimit > PageRequest.MaximumOffset;

    public override PageLinks Links(HttpRequest request, FoundPage found) =>
        PageLinks.Of(request, found.HasMore, EffectiveLimit, Offset, found.Last);
}

/// <summary>A page behind a cursor. It costs the same wherever it is.</summary>
internal sealed record CursorPage : FeaturePage
{
    public override bool LooksAhead => true;

    public override bool HasCursors => true;

    public override PageLinks Links(HttpRequest request, FoundPage found) => new(
        found.HasMore ? PageLinks.After(request, EffectiveLimit, found.Last!) : null, null);
}

/// <summary>A page of ranked results, which are not counted: the query stops at the best ones.</summary>
/// <param name="MaximumOffset">The greatest offset of a page.</param>
internal sealed record RankedPage(int MaximumOffset) : FeaturePage
{
    public override bool LooksAhead => true;

    public override PageLinks Links(HttpRequest request, FoundPage found)
    {
        var next = Offset + EffectiveLimit;
        return new PageLinks(
            found.HasMore && next <= MaximumOffset ? PageLinks.At(request, EffectiveLimit, next) : null,
            Offset > 0 ? PageLinks.At(request, EffectiveLimit, Math.Max(Offset - EffectiveLimit, 0)) : null);
    }
}
