using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cities.Api.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>Runs a query and answers with its features, in the format that the caller wants.</summary>
/// <param name="query">The query.</param>
/// <param name="page">Which part of it.</param>
internal sealed class FeatureResult(FeatureQuery query, FeaturePage page) : IResult
{
    /// <summary>Bytes after which what has been written of a stream is sent.</summary>
    private const int FlushThreshold = 1 << 15;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Append("Vary", "Accept, Accept-Language");
        if (page.Format is not { } format)
        {
            await TypedResults.Problem(
                statusCode: StatusCodes.Status406NotAcceptable,
                detail: $"The formats are {string.Join(", ", FeatureFormats.All.Select(each => each.MediaType))}.").ExecuteAsync(httpContext);
            return;
        }

        using var lease = format.IsStreamed()
            ? await httpContext.RequestServices.GetRequiredService<LoadShedding>().EnterStreamAsync(httpContext)
            : null;
        if (lease is { IsAcquired: false })
        {
            await LoadShedding.RefuseAsync(httpContext);
            return;
        }

        if (query.Languages is { Count: > 0 } languages)
            response.Headers.ContentLanguage = languages[0];
        response.ContentType = format is FeatureFormat.Csv ? "text/csv; charset=utf-8" : format.MediaType();
        await AnswerAsync(httpContext, format);
    }

    private async Task AnswerAsync(HttpContext httpContext, FeatureFormat format)
    {
        var response = httpContext.Response;
        var isCounted = !format.IsStreamed() && page.After is null && !page.IsWhole;
        await using var snapshot = await httpContext.RequestServices.GetRequiredService<Snapshots>()
            .OpenAsync(httpContext, isCounted ? query : null, [.. Commands(format)]);
        var reader = snapshot.Reader;
        if (query.Requirement() is not null)
        {
            await reader.ReadAsync(httpContext.RequestAborted);
            if (!reader.GetBoolean(0))
            {
                response.ContentType = null;
                response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await reader.NextResultAsync(httpContext.RequestAborted);
        }

        if (format.IsStreamed())
            await StreamAsync(response, reader, format, httpContext.RequestAborted);
        else
            await WritePageAsync(httpContext, reader, format, snapshot.Count, httpContext.RequestAborted);
    }

    private IEnumerable<NpgsqlBatchCommand> Commands(FeatureFormat format)
    {
        if (query.Requirement() is { } requirement)
            yield return requirement;
        // One more than is wanted tells whether there is a next page.
        long? limit = format.IsStreamed() && page.Limit is null ? null : page.EffectiveLimit + (page.After is null ? 0 : 1);
        yield return query.Page(limit, page.Offset, page.Cursor);
    }

    private async Task StreamAsync(
        HttpResponse response, NpgsqlDataReader reader, FeatureFormat format, CancellationToken cancellationToken)
    {
        var output = response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, FeatureWriter.JsonOptions);
        if (format is FeatureFormat.Csv)
            FeatureWriter.WriteHead(output, query.Fields);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (format is FeatureFormat.Csv)
            {
                FeatureWriter.WriteCsv(output, reader, query.Fields);
            }
            else
            {
                FeatureWriter.WriteObject(json, reader, query.Fields);
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
        HttpContext httpContext, NpgsqlDataReader reader, FeatureFormat format, long? count, CancellationToken cancellationToken)
    {
        var features = new ArrayBufferWriter<byte>(1 << 13);
        var returned = 0;
        Cursor? last = null;
        var isMore = false;
        await using (var json = new Utf8JsonWriter(features, FeatureWriter.JsonOptions))
        {
            json.WriteStartArray();
            while (await reader.ReadAsync(cancellationToken))
            {
                if (returned == page.EffectiveLimit)
                {
                    isMore = true;
                    break;
                }

                if (format is FeatureFormat.GeoJson)
                    FeatureWriter.WriteFeature(json, reader, query.Fields);
                else
                    FeatureWriter.WriteObject(json, reader, query.Fields);
                returned++;
                if (page.After is not null && returned == page.EffectiveLimit)
                    last = CursorOf(reader);
            }

            json.WriteEndArray();
        }

        // The client may be slow to read: the connection is for others.
        await reader.CloseAsync();

        if (page.IsWhole)
            count = returned;
        var next = count is { } total
            ? page.Offset + returned < total && returned > 0 ? Link(httpContext.Request, offset: page.Offset + page.EffectiveLimit, after: null) : null
            : isMore ? Link(httpContext.Request, offset: 0, after: last!.ToString()) : null;
        var previous = page.Offset > 0
            ? Link(httpContext.Request, Math.Max(page.Offset - page.EffectiveLimit, 0), after: null)
            : null;

        var output = httpContext.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(output, FeatureWriter.JsonOptions);
        writer.WriteStartObject();
        if (format is FeatureFormat.GeoJson)
            WriteCollectionHead(writer, count, returned, httpContext.Request, next, previous);
        else
            WritePageHead(writer, count, next, previous);
        writer.WritePropertyName(format is FeatureFormat.GeoJson ? "features" : "results");
        writer.WriteRawValue(features.WrittenSpan, skipInputValidation: true);
        writer.WriteEndObject();
        writer.Flush();
        await output.FlushAsync(cancellationToken);
    }

    private static void WritePageHead(Utf8JsonWriter writer, long? count, string? next, string? previous)
    {
        if (count is { } known)
            writer.WriteNumber("count", known);
        else
            writer.WriteNull("count");
        writer.WriteString("next", next);
        writer.WriteString("previous", previous);
    }

    private static void WriteCollectionHead(
        Utf8JsonWriter writer, long? count, int returned, HttpRequest request, string? next, string? previous)
    {
        writer.WriteString("type", "FeatureCollection");
        if (count is { } known)
            writer.WriteNumber("numberMatched", known);
        writer.WriteNumber("numberReturned", returned);
        writer.WriteStartArray("links");
        WriteLink("self", request.GetEncodedUrl());
        WriteLink("next", next);
        WriteLink("prev", previous);
        writer.WriteEndArray();

        void WriteLink(string relation, string? address)
        {
            if (address is null)
                return;
            writer.WriteStartObject();
            writer.WriteString("href", address);
            writer.WriteString("rel", relation);
            writer.WriteString("type", FeatureFormat.GeoJson.MediaType());
            writer.WriteEndObject();
        }
    }

    private Cursor CursorOf(NpgsqlDataReader reader)
    {
        var value = reader.GetValue(reader.FieldCount - 1);
        return new Cursor(query.Order, reader.GetInt64(reader.FieldCount - 2), value as string, value as long?);
    }

    /// <summary>The request's own address with another part of the list; the first part has no offset.</summary>
    private string Link(HttpRequest request, long offset, string? after)
    {
        var parameters = new QueryBuilder(request.Query.Where(pair => !IsNamed(pair.Key, "limit", "offset", "after")));
        parameters.Add("limit", page.EffectiveLimit.ToString(CultureInfo.InvariantCulture));
        if (offset > 0)
            parameters.Add("offset", offset.ToString(CultureInfo.InvariantCulture));
        if (after is not null)
            parameters.Add("after", after);
        return UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, request.Path, parameters.ToQueryString());

        static bool IsNamed(string key, params string[] names) => names.Contains(key, StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Which part of a query is answered, and how.</summary>
internal sealed record FeaturePage
{
    /// <summary>The format, or null where none that the caller takes is there.</summary>
    public FeatureFormat? Format { get; init; }

    /// <summary>How many features at most, or null where the caller does not say.</summary>
    public int? Limit { get; init; }

    public int EffectiveLimit => Limit ?? Paging.PageRequest.DefaultLimit;

    public long Offset { get; init; }

    /// <summary>The parameter <c>after</c>; empty for the beginning of a list with cursors.</summary>
    public string? After { get; init; }

    /// <summary>What <see cref="After"/> stands for.</summary>
    public Cursor? Cursor { get; init; }

    /// <summary>Whether the features are all there are, and have no further pages.</summary>
    public bool IsWhole { get; init; }
}
