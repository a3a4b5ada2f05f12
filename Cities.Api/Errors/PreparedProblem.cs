using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Cities.Api.Errors;

/// <summary>
/// Problem details that are serialized once. Only the trace id differs between answers. Rejecting a request because of
/// a limit has to cost as little as possible. The members are the same as those of other problem details.
/// </summary>
internal sealed class PreparedProblem
{
    private static readonly byte[] End = "\"}"u8.ToArray();

    private readonly int _status;
    private readonly byte[] _start;

    /// <param name="status">The status of the answer.</param>
    /// <param name="detail">The reason, for the client.</param>
    public PreparedProblem(int status, string detail)
    {
        _status = status;
        // The framework sets the type and the title of the status.
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

    /// <summary>Sends the answer.</summary>
    /// <param name="context">The current request.</param>
    public ValueTask WriteAsync(HttpContext context)
    {
        // A trace id contains only letters, digits, hyphens and colons, which JSON does not escape.
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
