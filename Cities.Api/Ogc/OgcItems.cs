namespace Cities.Api.Ogc;

/// <summary>Answers with the features of a collection, or with a single feature.</summary>
internal static class OgcItems
{
    /// <summary>The header with the coordinate reference system of an answer.</summary>
    public const string ContentCrs = "Content-Crs";

    /// <summary>The formats of features: GeoJSON with one of two media types, and pages.</summary>
    public static readonly FeatureFormat[] Formats = [FeatureFormat.GeoJson, FeatureFormat.Json, FeatureFormat.Html];

    /// <summary>Answers with a page of features.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public static IResult List(OgcCollection collection, HttpRequest request, FeatureResults results)
    {
        var page = OgcPage.Of(collection, request.Query);
        var query = collection.ToQuery(request.Query).OrderBy(page.QueryOrder);
        return Create(collection, query, page, Negotiate(request), request, results);
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
        return Create(collection, query, page: null, formats, request, results);
    }

    private static IResult Create(
        OgcCollection collection,
        FeatureQuery query,
        FeaturePage? page,
        Negotiation formats,
        HttpRequest request,
        FeatureResults results)
    {
        var system = CoordinateSystem.Parse("crs", request.Query["crs"]);
        request.HttpContext.Response.Headers[ContentCrs] = $"<{system.Uri}>";
        var result = results.Create(query with { CoordinateSystem = system }, page, formats, (_, format) =>
        [
            LinkResponse.Self(request, format.MediaType()),
            .. Formats.Where(other => other != format)
                .Select(other => new LinkResponse(
                    request.AddressWith(("f", other.Name())), "alternate", other.MediaType())),
            new(request.AddressOf($"{OgcEndpoints.Root}/collections/{collection.Id}"), "collection", OgcEndpoints.Json),
        ]);
        return formats.Chosen is FeatureFormat.Html ? new OgcPageResult(result) : result;
    }

    private static Negotiation Negotiate(HttpRequest request) =>
        Negotiation.Of(request, request.Query["f"], Formats, "Accept");
}

/// <summary>
/// A page after or before a feature. All pages cost the same, and an import between two pages neither repeats nor omits
/// a feature.
/// </summary>
internal sealed record OgcPage : FeaturePage
{
    private Cursor? _after;
    private Cursor? _before;

    /// <summary>The order of the list: <c>id</c>, or another name, after '-' for descending.</summary>
    public required string Order { get; init; }

    /// <summary>The order of the query, which reads a page before a feature from its end.</summary>
    public string QueryOrder => !IsReversed ? Order : IsDescending ? Order[1..] : $"-{Order}";

    public override Counting Counting => _after is null && _before is null ? Counting.Capped : Counting.None;

    public override bool LooksAhead => true;

    public override bool HasCursors => true;

    public override bool IsReversed => _before is not null;

    private bool IsDescending => Order[0] == '-';

    private bool IsById => Order is "id" or "-id";

    /// <summary>Reads the page from the parameters of a request.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public static OgcPage Of(OgcCollection collection, IQueryCollection parameters)
    {
        var page = new OgcPage { Order = OgcValues.Order(collection, parameters["sortby"]) ?? "id" };
        var after = page.Parse("after", parameters["after"]);
        var before = page.Parse("before", parameters["before"]);
        if (after is not null && before is not null)
            throw new ParameterException("before", "The parameters after and before cannot be combined.");
        return page with
        {
            Limit = OgcValues.Limit(parameters["limit"]),
            After = after ?? before,
            _after = after,
            _before = before,
        };
    }

    public override PageLinks Links(HttpRequest request, FoundPage found)
    {
        // The feature of 'after' or 'before' existed when the link was made, so there is a page in that direction.
        var next = IsReversed ? found.Last ?? Shifted(_before!, -1) : found.HasMore ? found.Last : null;
        var previous = _after is not null ? found.First ?? Shifted(_after, 1)
            : IsReversed && found.HasMore ? found.First
            : null;
        return new PageLinks(
            next is null ? null : request.AddressWith(("after", Format(next)), ("before", null)),
            previous is null ? null : request.AddressWith(("after", null), ("before", Format(previous))));
    }

    /// <summary>Parses a position: an id in a list by id, and otherwise a cursor.</summary>
    private Cursor? Parse(string name, string? text) =>
        !IsById ? (text is null ? null : Cursor.Parse(text, Order, name))
        : OgcValues.Id(name, text) is { } id ? new Cursor(null, id, null, null)
        : null;

    private string Format(Cursor position) => IsById ? $"{position.Id}" : $"{position with { Order = Order }}";

    /// <summary>Makes the position next to that of a feature, so that the feature itself is on the page.</summary>
    private Cursor Shifted(Cursor position, int step) =>
        position with { Id = position.Id + (IsDescending ? -step : step) };
}
