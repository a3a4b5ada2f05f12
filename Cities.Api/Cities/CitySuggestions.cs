namespace Cities.Api.Cities;

/// <summary>Suggestions of cities by a part of their name.</summary>
internal static class CitySuggestions
{
    /// <summary>
    /// The least number of letters for a search of parts of names. Fewer letters occur in too many names.
    /// </summary>
    private const int MinimumLength = 3;

    /// <summary>The collection of suggestions.</summary>
    public static Collection Collection { get; } = CityCollections.Cities with
    {
        Name = "suggestions",
        Fields = [.. CityCollections.Cities.Fields
            .Where(field => !field.IsDistance)
            .Select(field => field with { IsDefault = field.Name is "id" or "name" })],
    };

    /// <summary>Makes the query for suggestions.</summary>
    /// <param name="text">A part of a name, or null for all cities.</param>
    public static FeatureQuery ToQuery(string? text)
    {
        var query = new FeatureQuery(Collection);
        if (string.IsNullOrEmpty(text))
            return query;
        if (!SearchText.HasWord(text))
            return query.Where($"false");
        SqlText q = $"search_text(normalize({text}, NFC))";
        // All names that a short text finds begin with it: an index has them in order.
        return text.Length < MinimumLength
            ? query
                .Where(SearchText.BeginsWith($"city.search_text", q))
                .From(Collection.Joined, $"city.population DESC")
            : query
                .Where($"city.search_text LIKE '%' || {LikePattern.Sql(q)} || '%'")
                .From(Collection.Joined, $"starts_with(city.search_text, {q}) DESC, city.population DESC");
    }
}
