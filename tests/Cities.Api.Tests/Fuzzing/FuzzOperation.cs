using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>An operation of the OpenAPI document: what it takes, and what it may answer.</summary>
internal sealed class FuzzOperation
{
    private readonly JsonNode _node;
    private readonly JsonNode _document;
    private readonly ConcurrentDictionary<(string Status, string MediaType), JsonSchema> _schemas = [];

    private FuzzOperation(string path, string method, JsonNode node, JsonNode document)
    {
        Path = path;
        Method = method.ToUpperInvariant();
        Id = (string)node["operationId"]!;
        HasBody = node["requestBody"] is not null;
        BodyTypes = [.. (node["requestBody"]?["content"]?.AsObject() ?? []).Select(content => content.Key)];
        BodyExample = node["requestBody"]?["content"]?.AsObject().First().Value!["example"]?.ToJsonString() ?? "";
        Parameters = [.. (node["parameters"]?.AsArray() ?? []).Select(parameter => new FuzzParameter(parameter!))];
        _node = node;
        _document = document;
    }

    public string Path { get; }

    public string Method { get; }

    public string Id { get; }

    public bool HasBody { get; }

    /// <summary>What a body may be.</summary>
    public IReadOnlyList<string> BodyTypes { get; }

    public string BodyExample { get; }

    public IReadOnlyList<FuzzParameter> Parameters { get; }

    public bool NeedsKey => Path.StartsWith("/api/v1/admin", StringComparison.Ordinal);

    /// <summary>Whether rows are other ones behind it: a POST may as well be a question.</summary>
    public bool ChangesRows => NeedsKey && Method != "GET";

    /// <summary>All operations of a document.</summary>
    public static IReadOnlyList<FuzzOperation> Read(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => new FuzzOperation(path.Key, operation.Key, operation.Value!, document)))];

    /// <summary>Whether the document says that it answers with a status.</summary>
    public bool Describes(int status) => _node["responses"]![$"{status}"] is not null;

    /// <summary>What is wrong with an answer, as the document has it.</summary>
    /// <returns>Nothing, or what is wrong.</returns>
    public string? FindFault(int status, string? mediaType, byte[] body)
    {
        var response = _node["responses"]![$"{status}"]!;
        if (response["content"] is not JsonObject { Count: > 0 } content)
            return body.Length == 0 ? null : $"{status} has a body";
        if (mediaType is null || content[mediaType] is not { } described)
            return $"{status} is {mediaType ?? "of no type"}";
        if (!mediaType.EndsWith("json", StringComparison.Ordinal) || mediaType == "application/x-ndjson" || described["schema"] is not { } schema)
            return null;

        JsonNode? json;
        try
        {
            json = JsonNode.Parse(body);
        }
        catch (System.Text.Json.JsonException exception)
        {
            return $"it is not JSON: {exception.Message}";
        }

        var result = _schemas.GetOrAdd(($"{status}", mediaType), _ => Compile(schema))
            .Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? null
            : string.Join("; ", result.Details.Where(detail => detail.HasErrors).Take(3)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}")));
    }

    private JsonSchema Compile(JsonNode schema)
    {
        lock (_document)
        {
            var whole = schema.DeepClone().AsObject();
            whole["components"] = _document["components"]!.DeepClone();
            return JsonSchema.FromText(whole.ToJsonString());
        }
    }
}

/// <summary>A parameter of an operation.</summary>
internal sealed class FuzzParameter
{
    public FuzzParameter(JsonNode node)
    {
        Name = (string)node["name"]!;
        IsInPath = (string?)node["in"] == "path";
        IsInHeader = (string?)node["in"] == "header";
        IsRequired = (bool?)node["required"] == true;
        var schema = node["schema"]!;
        Type = (string?)schema["type"] ?? "string";
        Minimum = (double?)schema["minimum"];
        Maximum = (double?)schema["maximum"];
        MaximumLength = (int?)schema["maxLength"];
        Values = [.. (schema["enum"]?.AsArray() ?? []).Select(value => value!.ToString())];
        var example = node["example"] ?? schema["default"];
        Example = example is JsonArray items ? string.Join(',', items.Select(item => item!.ToString())) : example?.ToString() ?? "";
    }

    public string Name { get; }

    public bool IsInPath { get; }

    public bool IsInHeader { get; }

    public bool IsRequired { get; }

    public string Type { get; }

    public double? Minimum { get; }

    public double? Maximum { get; }

    public int? MaximumLength { get; }

    /// <summary>The values that there are, where the document lists them.</summary>
    public IReadOnlyList<string> Values { get; }

    public string Example { get; }
}
