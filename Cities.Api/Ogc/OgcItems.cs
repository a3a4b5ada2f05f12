namespace Cities.Api.Ogc;

/// <summary>Features of a collection, in the order of their ids, and single features.</summary>
internal static class OgcItems
{
    /// <summary>The formats of features: GeoJSON by either of its media types.</summary>
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

    /// <summary>Answers with a feature, or 404 if there is none with the id.</summary>
    public static IResult Get(OgcCollection collection, string featureId, HttpRequest request, FeatureResults results)
    {
        var formats = Negotiate(request);
        return long.TryParse(featureId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) || formats.Chosen is null
            ? Create(collection, collection.ToQuery().Where($"{collection.Collection.IdColumn} = {id}"), page: null, formats, results)
            : TypedResults.NotFound();
    }

    private static FeatureResult Create(
        OgcCollection collection, FeatureQuery query, FeaturePage? page, Negotiation formats, FeatureResults results) =>
        results.Create(query, page, formats, (request, format) =>
        [
            LinkResponse.Self(request, format.MediaType()),
            .. Formats.Where(other => other != format)
                .Select(other => new LinkResponse(request.AddressWith(("f", other.Name())), "alternate", other.MediaType())),
            new(request.AddressOf($"{OgcEndpoints.Root}/collections/{collection.Id}"), "collection", OgcEndpoints.Json),
        ]);

    private static Negotiation Negotiate(HttpRequest request) => Negotiation.Of(request, request.Query["f"], Formats, "Accept");
}

/// <summary>
/// A page that comes after an id or before one. It costs the same wherever it is, and an import between two pages neither
/// repeats nor omits a feature.
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
            throw new ParameterException("before", "A page comes after a feature or before one, not both.");
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
        // The feature that a page comes after or before existed when its link was made: there is a way back.
        long? next = IsReversed ? found.Last?.Id ?? (_before - 1) : found.HasMore ? found.Last?.Id : null;
        long? previous = _after is not null ? found.First?.Id ?? (_after + 1)
            : IsReversed && found.HasMore ? found.First?.Id
            : null;
        return new PageLinks(
            next is null ? null : request.AddressWith(("after", $"{next}"), ("before", null)),
            previous is null ? null : request.AddressWith(("after", null), ("before", $"{previous}")));
    }
}
