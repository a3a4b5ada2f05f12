using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Cities.Api.Errors;

/// <summary>
/// Problem details that differ in nothing but the trace they belong to, and so are written once and sent often: what is refused because
/// there is too much of it shall cost as little as can be. The same members as any other problem's.
/// </summary>
internal sealed class PreparedProblem
{
    private static readonly byte[] End = "\"}"u8.ToArray();

    private readonly int _status;
    private readonly byte[] _start;

    /// <param name="status">The status of the answer.</param>
    /// <param name="detail">What is the matter, for a person.</param>
    public PreparedProblem(int status, string detail)
    {
        _status = status;
        // Type and title of the status, as everywhere.
        var problem = TypedResults.Problem(detail, statusCode: status).ProblemDetails;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (problem.Type is not null)
                writer.WriteString("type", problem.Type);
            writer.WriteString("title", problem.Title ?? ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status", status);
            writer.WriteString("detail", detail);
            writer.WriteString("traceId", "");
            writer.WriteEndObject();
        }

        _start = json.WrittenSpan[..^End.Length].ToArray();
    }

    /// <summary>Answers with it.</summary>
    /// <param name="context">The request.</param>
    public ValueTask WriteAsync(HttpContext context)
    {
        // Letters, digits, hyphens and colons: nothing that JSON would escape.
        var trace = Activity.Current?.Id ?? context.TraceIdentifier;
        var body = new byte[_start.Length + trace.Length + End.Length];
        _start.CopyTo(body, 0);
        Encoding.ASCII.GetBytes(trace, body.AsSpan(_start.Length));
        End.CopyTo(body, body.Length - End.Length);

        var response = context.Response;
        response.StatusCode = _status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted);
    }
}
