namespace Cities.Api.Ogc;

/// <summary>Answers with the features of a collection, ordered by id, or with a single feature.</summary>
internal static class OgcItems
{
    /// <summary>The formats of features: GeoJSON with one of two media types.</summary>
    public static readonly FeatureFormat[] Formats = [FeatureFormat.GeoJson, FeatureFormat.Json];

    /// <summary>Answers with a page of features.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public static FeatureResult List(OgcCollection collection, HttpRequest request, FeatureResults results)
    {
        var page = OgcPage.Of(request.Query);
        var query = collection.ToQuery(request.Query);
        if (page.IsReversed)
            query = query.OrderBy("-id");
        return Create(collection, query, page, Negotiate(request), results);
    }

    /// <summary>Answers with a feature, or 404 if no feature has the id.</summary>
    public static IResult Get(OgcCollection collection, string featureId, HttpRequest request, FeatureResults results)
    {
        var formats = Negotiate(request);
        if (!long.TryParse(featureId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            && formats.Chosen is not null)
        {
            return TypedResults.NotFound();
        }

        var query = collection.ToQuery().Where($"{collection.Collection.IdColumn} = {id}");
        return Create(collection, query, page: null, formats, results);
    }

    private static FeatureResult Create(
        OgcCollection collection, FeatureQuery query, FeaturePage? page, Negotiation formats, FeatureResults results) =>
        results.Create(query, page, formats, (request, format) =>
        [
            LinkResponse.Self(request, format.MediaType()),
            .. Formats.Where(other => other != format)
                .Select(other => new LinkResponse(
                    request.AddressWith(("f", other.Name())), "alternate", other.MediaType())),
            new(request.AddressOf($"{OgcEndpoints.Root}/collections/{collection.Id}"), "collection", OgcEndpoints.Json),
        ]);

    private static Negotiation Negotiate(HttpRequest request) =>
        Negotiation.Of(request, request.Query["f"], Formats, "Accept");
}

/// <summary>
/// A page after or before an id. All pages cost the same, and an import between two pages neither repeats nor omits a
/// feature.
/// </summary>
internal sealed record OgcPage : FeaturePage
{
    private long? _after;
    private long? _before;

    public override bool IsCounted => _after is null && _before is null;

    public override bool LooksAhead => true;

    public override bool IsReversed => _before is not null;

    /// <summary>Reads the page from the parameters of a request.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public static OgcPage Of(IQueryCollection parameters)
    {
        var after = OgcValues.Id("after", parameters["after"]);
        var before = OgcValues.Id("before", parameters["before"]);
        if (after is not null && before is not null)
            throw new ParameterException("before", "The parameters after and before cannot be combined.");
        return new OgcPage
        {
            Limit = OgcValues.Limit(parameters["limit"]),
            After = (after ?? before) is { } id ? new Cursor(before is null ? null : "-id", id, null, null) : null,
            _after = after,
            _before = before,
        };
    }

    public override PageLinks Links(HttpRequest request, FoundPage found)
    {
        // The feature of 'after' or 'before' existed when the link was made, so there is a page in that direction.
        long? next = IsReversed ? found.Last?.Id ?? (_before - 1) : found.HasMore ? found.Last?.Id : null;
        long? previous = _after is not null ? found.First?.Id ?? (_after + 1)
            : IsReversed && found.HasMore ? found.First?.Id
            : null;
        return new PageLinks(
            next is null ? null : request.AddressWith(("after", $"{next}"), ("before", null)),
            previous is null ? null : request.AddressWith(("after", null), ("before", $"{previous}")));
    }
}
