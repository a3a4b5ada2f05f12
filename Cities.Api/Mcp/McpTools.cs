using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Protocol;

namespace Cities.Api.Mcp;

/// <summary>
/// The tools of the MCP server. Each calls an endpoint of the API, whose description and parameters it has, and returns
/// the endpoint's answer in JSON.
/// </summary>
internal sealed class McpTools(EndpointDataSource endpoints, IHttpContextAccessor contexts, LoadShedding shedding)
{
    /// <summary>The names of the tools, with those of their endpoints.</summary>
    private static readonly (string Tool, string Endpoint)[] Names =
    [
        ("search", "search"),
        ("place", "getPlace"),
        ("nearest", "nearestCities"),
        ("reverse", "reverse"),
        ("distance", "distance"),
        ("timezone", "timezone"),
    ];

    // The endpoints are mapped after this object is made.
    private readonly Lazy<Dictionary<string, EndpointTool>> _tools = new(() => Names.ToDictionary(
        name => name.Tool,
        name => new EndpointTool(name.Tool, endpoints.Endpoints.OfType<RouteEndpoint>().Single(endpoint =>
            endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name.Endpoint))));

    /// <summary>Lists the tools.</summary>
    public ListToolsResult List() => new() { Tools = [.. _tools.Value.Values.Select(tool => tool.Description)] };

    /// <summary>Calls a tool.</summary>
    /// <param name="call">The name of the tool, and its arguments.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async ValueTask<CallToolResult> CallAsync(CallToolRequestParams? call, CancellationToken cancellationToken)
    {
        if (!_tools.Value.TryGetValue(call?.Name ?? "", out var tool))
            return Error($"The tool '{call?.Name}' does not exist.");
        var outer = contexts.HttpContext!;
        var context = new DefaultHttpContext
        {
            RequestServices = outer.RequestServices,
            User = outer.User,
            RequestAborted = cancellationToken,
        };
        (context.Request.Scheme, context.Request.Host, context.Request.PathBase) =
            (outer.Request.Scheme, outer.Request.Host, outer.Request.PathBase);
        context.Connection.RemoteIpAddress = outer.Connection.RemoteIpAddress;
        using var body = new MemoryStream();
        context.Response.Body = body;

        // The server of the protocol starts its answer before the call, and so releases the lease of its request.
        using var lease = await shedding.EnterAsync(context);
        if (!lease.IsAcquired)
            return Error("The API is processing too many requests. Try again later.");
        try
        {
            await tool.InvokeAsync(context, call!.Arguments ?? new Dictionary<string, JsonElement>());
        }
        catch (Exception exception) when (exception is ParameterException or BadHttpRequestException)
        {
            return Error(BadRequestHandler.DescribeInText(exception));
        }
        catch (Exception exception) when (DatabaseFailure.Is(exception))
        {
            return Error("The database is unavailable. Try again later.");
        }

        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        return context.Response.StatusCode == StatusCodes.Status200OK
            ? Result(text)
            : Error(text.Length > 0 ? text : ReasonPhrases.GetReasonPhrase(context.Response.StatusCode));
    }

    private static CallToolResult Result(string text) => new() { Content = [new TextContentBlock { Text = text }] };

    private static CallToolResult Error(string text) =>
        new() { Content = [new TextContentBlock { Text = text }], IsError = true };
}

/// <summary>A tool that calls an endpoint.</summary>
internal sealed class EndpointTool
{
    /// <summary>The parameter of the format: tools answer in JSON.</summary>
    private const string FormatParameter = "f";

    private readonly RouteEndpoint _endpoint;
    private readonly Dictionary<string, JsonObject> _schemas = [];
    private readonly List<string> _required = [];

    /// <param name="name">The name of the tool.</param>
    /// <param name="endpoint">The endpoint.</param>
    public EndpointTool(string name, RouteEndpoint endpoint)
    {
        _endpoint = endpoint;
        foreach (var parameter in endpoint.Metadata.OfType<IParameterBindingMetadata>())
        {
            var attributes = parameter.ParameterInfo.GetCustomAttributes(inherit: false);
            var source = attributes.OfType<FromQueryAttribute>().FirstOrDefault()?.Name
                ?? attributes.OfType<FromRouteAttribute>().FirstOrDefault()?.Name
                ?? (attributes.OfType<FromQueryAttribute>().Any() ? parameter.Name : null);
            if (source is null or FormatParameter)
                continue;
            _schemas[source] = SchemaOf(parameter.ParameterInfo.ParameterType, attributes);
            if (!parameter.IsOptional || attributes.OfType<RequiredAttribute>().Any())
                _required.Add(source);
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(
                _schemas.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
            ["required"] = new JsonArray([.. _required.Select(each => (JsonNode)each)]),
            ["additionalProperties"] = false,
        };
        using var document = JsonDocument.Parse(schema.ToJsonString());
        Description = new Tool
        {
            Name = name,
            Title = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary,
            Description = endpoint.Metadata.GetMetadata<IEndpointDescriptionMetadata>()?.Description,
            InputSchema = document.RootElement.Clone(),
            Annotations = new ToolAnnotations { ReadOnlyHint = true, OpenWorldHint = false },
        };
    }

    /// <summary>The description of the tool.</summary>
    public Tool Description { get; }

    /// <summary>Calls the endpoint.</summary>
    /// <param name="context">The request, without its path and its parameters.</param>
    /// <param name="arguments">The values of the parameters.</param>
    /// <exception cref="ParameterException">An argument is invalid.</exception>
    public async Task InvokeAsync(HttpContext context, IDictionary<string, JsonElement> arguments)
    {
        if (_required.Find(name => !arguments.ContainsKey(name)) is { } missing)
            throw new ParameterException(missing, "The parameter is required.");
        var query = new List<KeyValuePair<string, string?>>();
        foreach (var (name, value) in arguments)
        {
            if (!_schemas.ContainsKey(name))
                throw new ParameterException(name, "The tool has no such parameter.");
            if (TextOf(name, value) is not { } text)
                continue;
            if (_endpoint.RoutePattern.GetParameter(name) is null)
                query.Add(KeyValuePair.Create(name, (string?)text));
            else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                context.Request.RouteValues[name] = text;
            else
                throw new ParameterException(name, $"'{text}' is not a GeoNames id.");
        }

        context.Request.Method = HttpMethods.Get;
        // For the links to other pages.
        context.Request.Path = string.Concat(_endpoint.RoutePattern.PathSegments
            .SelectMany(segment => segment.Parts.Prepend(null))
            .Select(part => part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternParameterPart parameter => context.Request.RouteValues[parameter.Name],
                _ => "/",
            }));
        context.Request.QueryString = QueryString.Create(query);
        context.SetEndpoint(_endpoint);
        await _endpoint.RequestDelegate!(context);
        await context.Response.CompleteAsync();
    }

    private static string? TextOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new ParameterException(name, "The value is not a string, a number, true or false."),
    };

    private static JsonObject SchemaOf(Type type, object[] attributes)
    {
        var schema = new JsonObject
        {
            ["type"] = (Nullable.GetUnderlyingType(type) ?? type) switch
            {
                var number when number == typeof(int) || number == typeof(long) => "integer",
                var number when number == typeof(double) => "number",
                _ => "string",
            },
        };
        if (attributes.OfType<DescriptionAttribute>().FirstOrDefault() is { } description)
            schema["description"] = description.Description;
        if (attributes.OfType<RangeAttribute>().FirstOrDefault() is { } range)
        {
            schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            schema["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        }

        if (attributes.OfType<OneOfAttribute>().FirstOrDefault() is { } choice)
            schema["enum"] = new JsonArray([.. choice.Values.Select(value => (JsonNode)value)]);
        return schema;
    }
}
