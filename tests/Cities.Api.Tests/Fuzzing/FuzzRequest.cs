using System.Globalization;
using System.Text;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>A request that is made up: what stands in the address is percent-encoded, or is meant to be wrong.</summary>
/// <param name="Operation">What it asks for.</param>
/// <param name="PathValues">What stands for the parameters of the path, by their names.</param>
/// <param name="Query">Parameters, as they stand in the address; a value may be missing or repeated.</param>
/// <param name="Headers">Headers, as they are sent.</param>
/// <param name="Body">The body, or null for none.</param>
internal sealed record FuzzRequest(
    FuzzOperation Operation,
    IReadOnlyDictionary<string, string> PathValues,
    IReadOnlyList<(string Name, string Value)> Query,
    IReadOnlyList<(string Name, string Value)> Headers,
    FuzzBody? Body)
{
    /// <summary>What bodies may have, and what a 400 may name therefore.</summary>
    public static readonly string[] Members =
    [
        "name", "asciiName", "featureCode", "regionId", "subregionId", "population", "elevation", "timezone", "location", "countryCode",
        "language", "isPreferred", "isShort", "isColloquial", "isHistoric",
        "operation", "countries", "kinds", "force", "items",
    ];

    /// <summary>Path and query.</summary>
    public string Address
    {
        get
        {
            var path = PathValues.Aggregate(
                Operation.Path, (text, value) => text.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));
            return Query.Count == 0 ? path : $"{path}?{string.Join('&', Query.Select(each => $"{each.Name}={each.Value}"))}";
        }
    }

    /// <summary>Whether the path is that of the operation, and not by chance another's or none.</summary>
    public bool HasPlainPath => PathValues.Values.All(value =>
        value.Length is > 0 and < 100 && value.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
        && value is not ("nearest" or "autocomplete" or "within"));

    /// <summary>Whether a value of the path leads out of it, which clients and servers follow before anybody looks at it.</summary>
    public bool LeavesItsPath => PathValues.Values.Any(value => Uri.UnescapeDataString(value) is "." or "..");

    /// <summary>The requests that lack one of its parts, for the smallest that still fails.</summary>
    public IEnumerable<FuzzRequest> Smaller()
    {
        for (var i = 0; i < Query.Count; i++)
            yield return this with { Query = [.. Query.Where((_, index) => index != i)] };
        for (var i = 0; i < Headers.Count; i++)
            yield return this with { Headers = [.. Headers.Where((_, index) => index != i)] };
        if (Body is { Bytes.Length: > 16 } body)
            yield return this with { Body = body with { Bytes = body.Bytes[..(body.Bytes.Length / 2)] } };
    }

    public HttpRequestMessage ToMessage(Uri server)
    {
        // As it is: a Uri would put right what is wrong on purpose.
        var address = new Uri(
            server.GetLeftPart(UriPartial.Authority) + Address,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(HttpMethod.Parse(Operation.Method), address);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body.Bytes);
            if (Body.ContentType is { } type)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    /// <summary>How to send it again, by hand.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Operation.Method} {Short(Address)}");
        foreach (var (name, value) in Headers)
            text.Append(CultureInfo.InvariantCulture, $"\n    {name}: {Short(value)}");
        if (Body is not null)
            text.Append(CultureInfo.InvariantCulture, $"\n    {Body.ContentType ?? "no type"}, {Body.Bytes.Length} bytes: {Short(Encoding.Latin1.GetString(Body.Bytes))}");
        return text.ToString();

        static string Short(string value) => value.Length <= 2000 ? value : $"{value[..2000]}…";
    }
}

/// <summary>A body, and what it is said to be.</summary>
internal sealed record FuzzBody(string? ContentType, byte[] Bytes);
