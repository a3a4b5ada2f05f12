using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cities.Api.Search;

/// <summary>Makes the results of all batches: requests with many items, each of which asks for one place.</summary>
internal sealed class BatchResults(
    Snapshots snapshots, LoadShedding shedding, IOptions<ApiOptions> options, TimeProvider time)
{
    /// <summary>Answers with the first feature of the query of each item.</summary>
    /// <param name="request">The requested fields, languages and format.</param>
    /// <param name="type">The type of an item.</param>
    /// <param name="toQuery">
    /// Makes the query of an item. A <see cref="ParameterException"/> is the error of the item.
    /// </param>
    /// <param name="notFound">The error of an item whose query finds nothing, for the client.</param>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public BatchResult<T> Create<T>(
        FeatureRequest request, JsonTypeInfo<T> type, Func<T, FeatureQuery> toQuery, string notFound) =>
        new(snapshots, shedding, options.Value, time, request, type, toQuery, notFound);
}

/// <summary>
/// Answers with the first feature of the query of each item, in the order of the items. An invalid item does not affect
/// the others: it has an error in its place. The answer is sent while it is made, so that its memory does not depend on
/// the number of items, and each item counts as a request towards the rate limit of the client.
/// </summary>
internal sealed class BatchResult<T>(
    Snapshots snapshots,
    LoadShedding shedding,
    ApiOptions options,
    TimeProvider time,
    FeatureRequest request,
    JsonTypeInfo<T> type,
    Func<T, FeatureQuery> toQuery,
    string notFound) : IResult
{
    /// <summary>
    /// The number of queries in one round trip. Between two round trips, other requests can use the connection.
    /// </summary>
    private const int ChunkSize = 25;

    /// <summary>The part of the timeout of a request after which no more queries start.</summary>
    private const double StartLimit = 0.5;

    private const string FieldsParameter = "fields";

    private static readonly BatchError RateLimited = new(
        StatusCodes.Status429TooManyRequests, "The client has exceeded its rate limit. Send the item again later.");

    private static readonly BatchError TooLate = new(
        StatusCodes.Status503ServiceUnavailable,
        "The request has taken too long. Send the item again in another request.");

    private readonly BatchError _notFound = new(StatusCodes.Status404NotFound, notFound);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var formats = request.Negotiate(FeatureFormats.Batch);
        httpContext.Response.Headers.Append("Vary", formats.Vary);
        if (formats.Chosen is null)
        {
            await formats.ToProblem().ExecuteAsync(httpContext);
            return;
        }

        var items = await ReadItemsAsync(httpContext);
        using var lease = await shedding.EnterStreamAsync(httpContext);
        if (!lease.IsAcquired)
        {
            await LoadShedding.RefuseAsync(httpContext, lease);
            return;
        }

        httpContext.Response.ContentType = FeatureFormat.Json.MediaType();
        // A failure in the first chunk is an answer of its own, so that nothing may have been written before it.
        var chunk = new ArrayBufferWriter<byte>(1 << 13);
        await using var writer = new Utf8JsonWriter(chunk, FeatureColumn.JsonOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("results");
        var start = time.GetTimestamp();
        BatchError? stop = null;
        for (var index = 0; index < items.Count; index += ChunkSize)
        {
            if (time.GetElapsedTime(start) > StartLimit * options.RequestTimeout)
                stop ??= TooLate;
            var questions = new List<(FeatureQuery? Query, BatchError? Error)>(ChunkSize);
            for (var next = index; next < Math.Min(index + ChunkSize, items.Count); next++)
            {
                // The request itself counts as its first item.
                if (next > 0 && stop is null && !RateLimiting.TryCount(httpContext))
                    stop = RateLimited;
                questions.Add(stop is null ? Ask(items[next]) : (null, stop));
            }

            await AnswerAsync(httpContext, writer, questions);
            await SendAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await SendAsync();

        async Task SendAsync()
        {
            writer.Flush();
            await httpContext.Response.BodyWriter.WriteAsync(chunk.WrittenMemory, httpContext.RequestAborted);
            chunk.ResetWrittenCount();
        }
    }

    /// <summary>Reads the items of the body, each of which may still be invalid.</summary>
    /// <exception cref="BadHttpRequestException">The body is not a list of items.</exception>
    /// <exception cref="ParameterException">The list is empty, or has too many items.</exception>
    private static async Task<IReadOnlyList<JsonElement>> ReadItemsAsync(HttpContext httpContext)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync(
                httpContext.Request.Body,
                ApiJsonContext.Default.BatchRequestJsonElement,
                httpContext.RequestAborted);
            if (body?.Items is not { } items)
                throw new ParameterException(JsonBody.Name, "The body is not a JSON object with a list of items.");
            return items.Count is > 0 and <= BatchRequest.MaximumItems
                ? items
                : throw new ParameterException(
                    "items", $"The list does not have between 1 and {BatchRequest.MaximumItems} items.");
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException(exception.Message, StatusCodes.Status400BadRequest, exception);
        }
    }

    /// <summary>Makes the query of an item, or the error if the item is invalid.</summary>
    private (FeatureQuery? Query, BatchError? Error) Ask(JsonElement item)
    {
        try
        {
            return item.Deserialize(type) is { } read
                ? (request.Apply(toQuery(read)), null)
                : (null, new BatchError(StatusCodes.Status400BadRequest, "The item is not a JSON object."));
        }
        catch (JsonException exception)
        {
            return (null, Invalid(new BadHttpRequestException(exception.Message, exception)));
        }
        catch (ParameterException exception) when (exception.Parameter != FieldsParameter)
        {
            return (null, Invalid(exception));
        }
    }

    private static BatchError Invalid(Exception exception) =>
        new(StatusCodes.Status400BadRequest, BadRequestHandler.DescribeInText(exception));

    /// <summary>
    /// Runs queries in one round trip, and writes their answers and the errors between them. The client may be slow to
    /// read; another request can use the connection meanwhile.
    /// </summary>
    private async Task AnswerAsync(
        HttpContext httpContext, Utf8JsonWriter writer, List<(FeatureQuery? Query, BatchError? Error)> questions)
    {
        SqlText[] queries = [.. questions.Select(question => question.Query?.ToPage(limit: 1)).OfType<SqlText>()];
        await using var snapshot = queries.Length == 0 ? null : await snapshots.OpenAsync(httpContext, queries);
        foreach (var (query, error) in questions)
        {
            var failure = error ?? await FindErrorAsync(snapshot!.Reader, query!.Reach, httpContext.RequestAborted);
            writer.WriteStartObject();
            writer.WritePropertyName("place");
            if (failure is null)
                JsonFormat.WriteFeature(writer, snapshot!.Reader, FeatureColumn.Of(query!.Fields));
            else
                writer.WriteNullValue();
            if (query is not null)
                await snapshot!.Reader.NextResultAsync(httpContext.RequestAborted);
            writer.WritePropertyName("error");
            if (failure is null)
                writer.WriteNullValue();
            else
                JsonSerializer.Serialize(writer, failure, ApiJsonContext.Default.BatchError);
            writer.WriteEndObject();
        }
    }

    /// <summary>Reads the row of a query, and returns the error if there is none or it is too far away.</summary>
    private async Task<BatchError?> FindErrorAsync(
        NpgsqlDataReader reader, double? reach, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
            return _notFound;
        return reach is { } radius && FeatureResult.DistanceOf(reader) is var distance && distance > radius
            ? new BatchError(
                StatusCodes.Status404NotFound,
                FeatureResult.DescribeTooFar(distance, radius),
                Math.Round(distance, 3))
            : null;
    }
}

/// <summary>The limits of a batch.</summary>
internal static class BatchRequest
{
    /// <summary>The maximum number of items.</summary>
    public const int MaximumItems = 1000;
}

/// <summary>Many items, each of which asks for one place.</summary>
/// <typeparam name="T">The type of an item.</typeparam>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class BatchRequest<T>
{
    /// <summary>The items, from 1 to 1,000. The answer has their results in the same order.</summary>
    public required IReadOnlyList<T> Items { get; init; }
}

/// <summary>The reason why an item of a batch has no place.</summary>
/// <param name="Status">
/// The HTTP status that a request for this item alone would have: 400 if the item is invalid, 404 if nothing is found,
/// 429 if the client has exceeded its rate limit, 503 if the request has taken too long.
/// </param>
/// <param name="Detail">The reason.</param>
/// <param name="Distance">The distance in metres of the nearest city beyond the radius, or null.</param>
public sealed record BatchError(int Status, string Detail, double? Distance = null);
