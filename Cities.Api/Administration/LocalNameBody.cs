using System.Text.Json;
using System.Text.RegularExpressions;
using Cities.Data.Entities;

namespace Cities.Api.Administration;

/// <summary>Reads a name that an editor adds to a city.</summary>
internal static partial class LocalNameBody
{
    /// <summary>As many as GeoNames' own have at most.</summary>
    private const int MaximumNameLength = 400;

    private const int MaximumLanguageLength = 16;

    /// <returns>The name, and what is wrong, by the members' names.</returns>
    public static async Task<(LocalName Name, Dictionary<string, string[]> Errors)> ReadAsync(
        HttpRequest request, int cityId, CancellationToken cancellationToken)
    {
        var name = new LocalName { CityId = cityId, Name = "" };
        var errors = await JsonBody.ReadAsync(request, (member, value) => TryTake(name, member, value), cancellationToken);
        if (name.Name.Length == 0)
            errors.TryAdd("name", ["The member is required."]);
        return (name, errors);
    }

    private static bool TryTake(LocalName name, string member, JsonElement value)
    {
        switch (member)
        {
            case "name":
                name.Name = value.Text(MaximumNameLength);
                return true;
            case "language":
                name.Language = value.ValueKind == JsonValueKind.Null ? null : Language(value);
                return true;
            case "isPreferred":
                name.IsPreferred = value.Flag();
                return true;
            case "isShort":
                name.IsShort = value.Flag();
                return true;
            case "isColloquial":
                name.IsColloquial = value.Flag();
                return true;
            case "isHistoric":
                name.IsHistoric = value.Flag();
                return true;
            default:
                return false;
        }
    }

    private static string Language(JsonElement value) =>
        value.Text(MaximumLanguageLength) is var language && LanguageCode().IsMatch(language)
            ? language
            : throw new FormatException("The value is not an ISO 639 code, such as fr or zh-Hant.");

    // Two or three letters: longer ones are GeoNames' pseudo languages of links and codes.
    [GeneratedRegex("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguageCode();
}
