using System.Text.Json;
using Cities.Data;
using Cities.Data.Entities;

namespace Cities.Api.Administration;

/// <summary>Reads what import is asked for.</summary>
internal static class ImportRequestBody
{
    /// <summary>More countries than there are.</summary>
    private const int MaximumCountries = 300;

    private const string All = "all";

    /// <summary>Reads the body of a request.</summary>
    /// <returns>What is asked for, and what is wrong with it, by the members' names.</returns>
    public static async Task<(ImportRequest Request, Dictionary<string, string[]> Errors)> ReadAsync(
        HttpRequest request, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = new ImportRequest { RequestedBy = requestedBy, RequestedAt = now, State = ImportRequestState.Queued };
        var errors = await JsonBody.ReadAsync(
            request,
            (name, value) =>
            {
                switch (name)
                {
                    case "operation":
                        wanted.Operation = Operation(value);
                        return true;
                    case "countries":
                        wanted.Countries = List(value, MaximumCountries, Country);
                        return true;
                    case "kinds":
                        wanted.Kinds = List(value, DataKindNames.Known.Count, Kind);
                        return true;
                    case "force":
                        wanted.Force = value.Flag();
                        return true;
                    default:
                        return false;
                }
            },
            cancellationToken);
        if (wanted.Operation == default)
            errors.TryAdd("operation", ["The member is required."]);
        return (wanted, errors);
    }

    private static ImportOperation Operation(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() switch
    {
        "import" => ImportOperation.Import,
        "update" => ImportOperation.Update,
        _ => throw new FormatException("The value is neither import nor update."),
    } : throw new FormatException("The value is neither import nor update.");

    /// <summary>The importer's option: what is listed, separated by commas; null for null.</summary>
    private static string? List(JsonElement value, int maximum, Func<JsonElement, string> read)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is var length && (length == 0 || length > maximum))
            throw new FormatException($"The value is not a list of 1 to {maximum}.");
        string[] items = [.. value.EnumerateArray().Select(read).Distinct()];
        return items.Length > 1 && items.Contains(All)
            ? throw new FormatException("The value has 'all' and others.")
            : string.Join(',', items);
    }

    private static string Country(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() switch
    {
        All => All,
        [var first, var second] when char.IsAsciiLetter(first) && char.IsAsciiLetter(second) => $"{first}{second}".ToUpperInvariant(),
        _ => throw NoCountry(),
    } : throw NoCountry();

    private static FormatException NoCountry() => new("The value has something that is not an ISO 3166-1 alpha-2 code, nor 'all'.");

    private static string Kind(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } kind && (kind == All || DataKindNames.Known.Contains(kind))
            ? kind
            : throw new FormatException($"The value has something that is none of {string.Join(", ", DataKindNames.Known)}, nor 'all'.");
}
