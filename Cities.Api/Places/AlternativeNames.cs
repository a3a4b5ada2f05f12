using System.Text.Json;

namespace Cities.Api.Places;

/// <summary>The lists of the alternative names of places.</summary>
internal static class AlternativeNames
{
    /// <summary>The kinds of names, from the value 1.</summary>
    private static readonly string[] Kinds =
        [.. Enum.GetNames<AlternativeNameKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private static readonly string Origin = FormattableString.Invariant(
        $"CASE WHEN name.id >= {CityCorrection.FirstLocalId} THEN 'local' ELSE 'geonames' END");

    public static Collection Names { get; } = new()
    {
        Name = "names",
        Title = "Alternative names",
        Description = "Alternative names of places, links and codes.",
        Alias = "name",
        Table = $"alternative_names name",
        Fields =
        [
            new(
                "id",
                "name.id",
                FieldType.Integer,
                "GeoNames' alternate name id; negative if the kind is listed.",
                1591449),
            new("name", "name.name", FieldType.Text, "The name, link or code.", "Londres"),
            new(
                "language",
                "name.language",
                FieldType.Text,
                "ISO 639 code of the language, if the name has one.",
                "fr"),
            new(
                "kind",
                $"(ARRAY[{string.Join(", ", Kinds.Select(kind => $"'{kind}'"))}])[name.kind]",
                FieldType.Text,
                $"Kind of the name: {string.Join(", ", Kinds)}. Listed names are from the column alternatenames.",
                "name")
            {
                Values = Kinds,
            },
            new(
                "isPreferred",
                "name.is_preferred",
                FieldType.Boolean,
                "Whether the name is the official or preferred one in its language.",
                false),
            new("isShort", "name.is_short", FieldType.Boolean, "Whether the name is a short form.", false),
            new(
                "isColloquial",
                "name.is_colloquial",
                FieldType.Boolean,
                "Whether the name is colloquial or slang.",
                false),
            new("isHistoric", "name.is_historic", FieldType.Boolean, "Whether the name was used in the past.", false),
            new("usedFrom", "name.used_from", FieldType.Text, "Start of the name's use, in GeoNames' spelling.", null),
            new("usedTo", "name.used_to", FieldType.Text, "End of the name's use, in GeoNames' spelling.", null),
            new(
                "origin",
                Origin,
                FieldType.Text,
                "Source of the name: geonames, or local if an editor has added the name.",
                "geonames")
            {
                Values = ["geonames", "local"],
            },
        ],
    };

    /// <summary>Makes the query for the names of a place. Without such a place the answer is 404.</summary>
    /// <param name="table">The table of the place, a constant.</param>
    /// <param name="id">The id of the place.</param>
    public static FeatureQuery Of(string table, SqlText id) =>
        new FeatureQuery(Names)
            .Requires($"SELECT FROM {SqlText.Constant(table)} WHERE id = {id}")
            .Where($"name.geoname_id = {id}");

    /// <summary>Describes an endpoint that answers with the names of a place.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="place">What the place is, such as <c>city</c>.</param>
    public static RouteHandlerBuilder ProducesNames(this RouteHandlerBuilder endpoint, string place) =>
        endpoint
            .WithName($"listNamesOf{char.ToUpperInvariant(place[0])}{place[1..]}")
            .WithSummary($"List the alternative names of a {place}")
            .WithDescription(
                $"The names of a {place} in other languages and from other times, and its links and codes, ordered by "
                + "id.")
            .ProducesFeatures(Names)
            .ProducesNotFound();
}
