using System.Buffers;
using System.Text.Json;

namespace Cities.Api.Collections;

/// <summary>Makes the results of all lists and features.</summary>
internal sealed class FeatureResults(Snapshots snapshots, LoadShedding shedding)
{
    /// <summary>Answers with the requested part of a list.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    public FeatureResult Page(FeatureQuery query, ListRequest list, FeatureRequest request)
    {
        query = list.OrderBy is null ? request.Apply(query) : request.Apply(query).OrderBy(list.OrderBy);
        return Create(
            query,
            FeaturePage.Of(query, list.Limit, list.Offset, list.After, list.Counting),
            request.Negotiate(FeatureFormats.All));
    }

    /// <summary>Answers with a page of a list that has one order.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public FeatureResult Page(FeatureQuery query, PageRequest page, FeatureRequest request) => Create(
        request.Apply(query),
        FeaturePage.Of(query, page.Limit, page.Offset, page.After),
        request.Negotiate(FeatureFormats.All));

    /// <summary>Answers with all features of a query, as one page.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public FeatureResult Whole(FeatureQuery query, int limit, FeatureRequest request) =>
        Create(request.Apply(query), new WholePage { Limit = limit }, request.Negotiate(FeatureFormats.All));

    /// <summary>Answers with a page of ranked results.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public FeatureResult Ranked(FeatureQuery query, RankedPage page, FeatureRequest request) =>
        Create(request.Apply(query), page, request.Negotiate(FeatureFormats.All));

    /// <summary>Answers with the first feature of a query, or 404 if there is none.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public FeatureResult Single(FeatureQuery query, FeatureRequest request) =>
        Create(request.Apply(query), page: null, request.Negotiate(FeatureFormats.Single));

    /// <summary>Answers with a page, or with the first feature.</summary>
    /// <param name="query">The query.</param>
    /// <param name="page">The requested page, or null for the first feature.</param>
    /// <param name="formats">The result of the negotiation.</param>
    /// <param name="links">
    /// Makes the links of OGC API – Features, whose answers are GeoJSON for both media types; null for other endpoints.
    /// </param>
    public FeatureResult Create(
        FeatureQuery query, FeaturePage? page, Negotiation formats, FeatureLinks? links = null) =>
        new(snapshots, shedding, query, page, formats, links);
}

/// <summary>Makes the links of a feature or of a page, besides those to other pages.</summary>
internal delegate IReadOnlyList<LinkResponse> FeatureLinks(HttpRequest request, FeatureFormat format);

/// <summary>Runs a query and answers with its features, in the negotiated format.</summary>
internal sealed class FeatureResult(
    Snapshots snapshots,
    LoadShedding shedding,
    FeatureQuery query,
    FeaturePage? page,
    Negotiation formats,
    FeatureLinks? linksOf) : IResult
{
    /// <summary>The number of bytes of a stream after which it is flushed.</summary>
    private const int FlushThreshold = 1 << 15;

    private readonly FeatureColumn[] _columns = FeatureColumn.Of(query.Fields);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Append("Vary", formats.Vary);
        if (formats.Chosen is not { } format)
        {
            await formats.ToProblem().ExecuteAsync(httpContext);
            return;
        }

        using var lease = format.IsStreamed() ? await shedding.EnterStreamAsync(httpContext) : null;
        if (lease is { IsAcquired: false })
        {
            await LoadShedding.RefuseAsync(httpContext, lease);
            return;
        }

        var counting = page is null || format.IsStreamed() ? Counting.None : page.Counting;
        await using var snapshot = await snapshots.OpenAsync(
            httpContext,
            counting is Counting.None ? null : query.ToCount(isCapped: counting is Counting.Capped),
            [.. Queries(format)]);
        if (!await IsRequirementMetAsync(snapshot.Reader, httpContext.RequestAborted)
            || (page is null && !await snapshot.Reader.ReadAsync(httpContext.RequestAborted)))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (query.Reach is { } reach && DistanceOf(snapshot.Reader) is var distance && distance > reach)
        {
            await TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound,
                detail: DescribeTooFar(distance, reach),
                extensions: [KeyValuePair.Create<string, object?>(Field.DistanceName, Math.Round(distance, 3))])
                .ExecuteAsync(httpContext);
            return;
        }

        if (query.Languages is [var language, ..])
            response.Headers.ContentLanguage = language;
        response.ContentType = format is FeatureFormat.Csv ? "text/csv; charset=utf-8" : format.MediaType();
        if (page is null)
            await WriteSingleAsync(httpContext, snapshot.Reader, format);
        else if (format.IsStreamed())
            await StreamAsync(response, snapshot.Reader, format, httpContext.RequestAborted);
        else
            await WritePageAsync(httpContext, page, snapshot, format);
    }

    /// <summary>The distance in metres of a feature in a list by distance: the value of the order.</summary>
    public static double DistanceOf(NpgsqlDataReader reader) => reader.GetDouble(reader.FieldCount - 1);

    /// <summary>Describes that the nearest city is beyond the radius. Both are in metres.</summary>
    public static string DescribeTooFar(double distance, double reach) => string.Create(
        CultureInfo.InvariantCulture,
        $"The nearest city is {distance / 1000:0.#} km away, and the radius is {reach / 1000:0.#} km. Use the "
        + $"parameter radius, in metres, to find it.");

    private IEnumerable<SqlText> Queries(FeatureFormat format)
    {
        if (query.Requirement is { } requirement)
            yield return $"SELECT EXISTS ({requirement})";
        // One more than requested shows whether there is a next page.
        yield return page is null ? query.ToPage(limit: 1)
            : format.IsStreamed() ? query.ToPage(page.Limit, page.Offset, page.After)
            : query.ToPage(page.EffectiveLimit + (page.LooksAhead ? 1 : 0), page.Offset, page.After);
    }

    private async Task<bool> IsRequirementMetAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (query.Requirement is null)
            return true;
        await reader.ReadAsync(cancellationToken);
        var isMet = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        return isMet;
    }

    private async Task WriteSingleAsync(HttpContext httpContext, NpgsqlDataReader reader, FeatureFormat format)
    {
        await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, FeatureColumn.JsonOptions);
        if (IsGeoJson(format))
            GeoJsonFormat.WriteFeature(writer, reader, _columns, linksOf?.Invoke(httpContext.Request, format) ?? []);
        else
            JsonFormat.WriteFeature(writer, reader, _columns);
        writer.Flush();
        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private async Task StreamAsync(
        HttpResponse response, NpgsqlDataReader reader, FeatureFormat format, CancellationToken cancellationToken)
    {
        var output = response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, FeatureColumn.JsonOptions);
        if (format is FeatureFormat.Csv)
            CsvFormat.WriteHeader(output, _columns, formats.HasByteOrderMark);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (format is FeatureFormat.Csv)
            {
                CsvFormat.WriteFeature(output, reader, _columns);
            }
            else
            {
                // A record of a sequence begins with RS (RFC 8142, section 2).
                if (format is FeatureFormat.GeoJsonSeq)
                    output.Write("\x1E"u8);
                WriteFeature(json, reader, format);
                json.Flush();
                json.Reset();
                output.Write("\n"u8);
            }

            if (output.UnflushedBytes >= FlushThreshold)
                await output.FlushAsync(cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
    }

    private async Task WritePageAsync(
        HttpContext httpContext, FeaturePage requested, Snapshot snapshot, FeatureFormat format)
    {
        var features = new ArrayBufferWriter<byte>(1 << 13);
        var found = await ReadAsync(features, requested, snapshot, format, httpContext.RequestAborted);
        // The client may be slow to read; another request can use the connection.
        await snapshot.Reader.CloseAsync();

        var (request, output) = (httpContext.Request, httpContext.Response.BodyWriter);
        var links = requested.Links(request, found);
        await using var writer = new Utf8JsonWriter(output, FeatureColumn.JsonOptions);
        if (IsGeoJson(format))
        {
            IReadOnlyList<LinkResponse> all =
            [
                .. linksOf?.Invoke(request, format) ?? [LinkResponse.Self(request, format.MediaType())],
                .. links.Next is null ? [] : new[] { new LinkResponse(links.Next, "next", format.MediaType()) },
                .. links.Previous is null ? [] : new[] { new LinkResponse(links.Previous, "prev", format.MediaType()) },
            ];
            GeoJsonFormat.WritePage(writer, features.WrittenSpan, found.Count, found.Returned, all);
        }
        else
        {
            JsonFormat.WritePage(writer, features.WrittenSpan, found.Count, links);
        }

        writer.Flush();
        await output.FlushAsync(httpContext.RequestAborted);
    }

    /// <summary>Writes the features of a page as an array.</summary>
    private async Task<FoundPage> ReadAsync(
        ArrayBufferWriter<byte> output,
        FeaturePage requested,
        Snapshot snapshot,
        FeatureFormat format,
        CancellationToken cancellationToken)
    {
        var reader = snapshot.Reader;
        var features = new List<Range>();
        var hasMore = false;
        Cursor? first = null, last = null;
        await using var json = new Utf8JsonWriter(output, FeatureColumn.JsonOptions);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (features.Count == requested.EffectiveLimit)
            {
                hasMore = true;
                break;
            }

            output.Write(features.Count == 0 ? "["u8 : ","u8);
            var start = output.WrittenCount;
            WriteFeature(json, reader, format);
            json.Flush();
            json.Reset();
            features.Add(start..output.WrittenCount);
            if (!requested.HasCursors)
                continue;
            last = CursorOf(reader);
            first ??= last;
        }

        output.Write(features.Count == 0 ? "[]"u8 : "]"u8);
        if (requested.IsReversed && features.Count > 1)
            Reverse(output, features);
        var count = requested is WholePage ? features.Count : snapshot.Count;
        return requested.IsReversed
            ? new FoundPage(count, features.Count, hasMore, last, first)
            : new FoundPage(count, features.Count, hasMore, first, last);
    }

    /// <summary>Puts the features of an array in the reverse order.</summary>
    private static void Reverse(ArrayBufferWriter<byte> output, List<Range> features)
    {
        var written = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        foreach (var feature in Enumerable.Reverse(features))
        {
            output.Write(output.WrittenCount == 0 ? "["u8 : ","u8);
            output.Write(written.AsSpan(feature));
        }

        output.Write("]"u8);
    }

    private void WriteFeature(Utf8JsonWriter json, NpgsqlDataReader reader, FeatureFormat format)
    {
        if (IsGeoJson(format))
            GeoJsonFormat.WriteFeature(json, reader, _columns);
        else
            JsonFormat.WriteFeature(json, reader, _columns);
    }

    private bool IsGeoJson(FeatureFormat format) =>
        linksOf is not null || format is FeatureFormat.GeoJson or FeatureFormat.GeoJsonSeq;

    private Cursor CursorOf(NpgsqlDataReader reader)
    {
        var value = reader.GetValue(reader.FieldCount - 1);
        return new Cursor(
            query.Order,
            reader.GetInt64(reader.FieldCount - 2),
            value as string,
            value as long?,
            value as double?);
    }
}
