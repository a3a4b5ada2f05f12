using System.Text.Json;

namespace Cities.Api.Features;

/// <summary>Answers with the first feature of a query, or 404 where there is none.</summary>
/// <param name="query">The query.</param>
/// <param name="format">JSON or GeoJSON, or null where the caller takes neither.</param>
internal sealed class SingleFeatureResult(FeatureQuery query, FeatureFormat? format) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Append("Vary", "Accept, Accept-Language");
        if (format is null)
        {
            await TypedResults.Problem(
                statusCode: StatusCodes.Status406NotAcceptable,
                detail: "The formats are application/json and application/geo+json.").ExecuteAsync(httpContext);
            return;
        }

        await using var snapshot = await httpContext.RequestServices.GetRequiredService<Snapshots>()
            .OpenAsync(httpContext, query.Page(limit: 1, offset: 0, after: null));
        var reader = snapshot.Reader;
        if (!await reader.ReadAsync(httpContext.RequestAborted))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (query.Languages is { Count: > 0 } languages)
            response.Headers.ContentLanguage = languages[0];
        response.ContentType = format.Value.MediaType();
        await using var writer = new Utf8JsonWriter(response.BodyWriter, FeatureWriter.JsonOptions);
        if (format is FeatureFormat.GeoJson)
            FeatureWriter.WriteFeature(writer, reader, query.Fields);
        else
            FeatureWriter.WriteObject(writer, reader, query.Fields);
        writer.Flush();
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
