using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cities.Api.Errors;
using Cities.Api.Features;

namespace Cities.Api.Ogc;

/// <summary>
/// Answers with features of a collection, in the order of their ids. Pages begin behind an id, or end before one: they cost the
/// same wherever they are, and an import in between neither repeats nor leaves out a feature.
/// </summary>
/// <param name="source">The collection.</param>
internal sealed class OgcItemsResult(OgcSource source) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, cancelled) = (httpContext.Request, httpContext.Response, httpContext.RequestAborted);
        var limit = OgcValues.Limit(request.Query["limit"]);
        var after = OgcValues.Id("after", request.Query["after"]);
        var before = OgcValues.Id("before", request.Query["before"]);
        if (after is not null && before is not null)
            throw new ParameterException("before", "A page comes behind a feature or before one.");
        var query = ToQuery(request.Query);
        response.Headers.Append("Vary", "Accept");
        if (OgcFormats.Negotiate(request) is not { } format)
        {
            await OgcFormats.NotAcceptableAsync(httpContext);
            return;
        }

        // Once is enough, for those who follow the links.
        var isCounted = after is null && before is null;
        if (before is not null)
            query.OrderBy("-id");
        var cursor = (after ?? before) is { } id ? new Cursor(query.Order, id, null, null) : null;
        // One more than is wanted tells whether there is a further page.
        var page = query.Page(limit + 1, offset: 0, cursor);

        await using var snapshot = await httpContext.RequestServices.GetRequiredService<Snapshots>()
            .OpenAsync(httpContext, isCounted ? query : null, [page]);
        var reader = snapshot.Reader;

        var buffer = new ArrayBufferWriter<byte>(1 << 13);
        var features = new List<(long Id, Range Written)>();
        var isMore = false;
        await using (var json = new Utf8JsonWriter(buffer, FeatureWriter.JsonOptions))
        {
            while (await reader.ReadAsync(cancelled))
            {
                if (features.Count == limit)
                {
                    isMore = true;
                    break;
                }

                var start = buffer.WrittenCount;
                FeatureWriter.WriteFeature(json, reader, query.Fields);
                json.Flush();
                json.Reset();
                features.Add((reader.GetInt64(reader.FieldCount - 2), start..buffer.WrittenCount));
            }
        }

        // The client may be slow to read: the connection is for others.
        await reader.CloseAsync();

        if (before is not null)
            features.Reverse();

        var links = request.SelfAndAlternates(format).ToList();
        // What a page comes behind or before was there when the link was made.
        if (before is not null)
            links.Add(Further("next", after: features.Count > 0 ? features[^1].Id : before - 1));
        else if (isMore)
            links.Add(Further("next", after: features[^1].Id));
        if (after is not null)
            links.Add(Further("prev", before: features.Count > 0 ? features[0].Id : after + 1));
        else if (before is not null && isMore)
            links.Add(Further("prev", before: features[0].Id));
        links.Add(new(request.Address($"{OgcLinks.Root}/collections/{source.Id}"), "collection", OgcLinks.Json));

        response.ContentType = format.MediaType();
        await using var writer = new Utf8JsonWriter(response.BodyWriter, FeatureWriter.JsonOptions);
        writer.WriteStartObject();
        writer.WriteString("type", "FeatureCollection");
        // Without timeStamp, which is optional: the ETag stands for one sequence of bytes.
        if (snapshot.Count is { } matched)
            writer.WriteNumber("numberMatched", matched);
        writer.WriteNumber("numberReturned", features.Count);
        writer.WriteLinks(links);
        writer.WriteStartArray("features");
        foreach (var (_, written) in features)
            writer.WriteRawValue(buffer.WrittenSpan[written], skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancelled);
        await response.BodyWriter.FlushAsync(cancelled);

        LinkResponse Further(string relation, long? after = null, long? before = null) => new(
            request.With([new("after", Text(after)), new("before", Text(before))]), relation, format.MediaType());

        static string? Text(long? id) => id?.ToString(CultureInfo.InvariantCulture);
    }

    private FeatureQuery ToQuery(IQueryCollection parameters)
    {
        var query = source.ToQuery();
        OgcValues.CheckDateTime(parameters["datetime"]);
        if (parameters["bbox"] is [{ } box])
            source.WhereBox(query, box);
        foreach (var field in source.Filters)
        {
            if (parameters[field.Name] is [{ } value])
                source.WhereEqual(query, field, value);
        }

        return query;
    }
}

/// <summary>Answers with a feature and its links, or 404 where there is none.</summary>
/// <param name="source">The collection.</param>
/// <param name="featureId">The feature's id.</param>
internal sealed class OgcItemResult(OgcSource source, string featureId) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.Append("Vary", "Accept");
        if (OgcFormats.Negotiate(request) is not { } format)
        {
            await OgcFormats.NotAcceptableAsync(httpContext);
            return;
        }

        if (!long.TryParse(featureId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var query = source.ToQuery();
        query.Where($"{source.Collection.Alias}.id = {query.Parameter(id)}");
        await using var snapshot = await httpContext.RequestServices.GetRequiredService<Snapshots>()
            .OpenAsync(httpContext, query.Page(limit: 1, offset: 0, after: null));
        var reader = snapshot.Reader;
        if (!await reader.ReadAsync(httpContext.RequestAborted))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = format.MediaType();
        await using var writer = new Utf8JsonWriter(response.BodyWriter, FeatureWriter.JsonOptions);
        FeatureWriter.WriteFeature(writer, reader, query.Fields, json => json.WriteLinks(
        [
            .. request.SelfAndAlternates(format),
            new(request.Address($"{OgcLinks.Root}/collections/{source.Id}"), "collection", OgcLinks.Json),
        ]));
        await writer.FlushAsync(httpContext.RequestAborted);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
