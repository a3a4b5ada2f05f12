using System.Text;
using Cities.Data.Entities;
using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// alternateNamesV2.zip, and alternatenames/XX.zip for one country: alternateNameId, geonameid, isolanguage, alternate
/// name, isPreferredName, isShortName, isColloquial, isHistoric, from, to (GeoNames' readme). The language is an ISO
/// 639-1, -2 or -3 code, sometimes with a country or a script. It is empty if it is not known. Pseudo languages
/// identify links and codes.
/// </summary>
/// <param name="languages">The languages of the names to import. Links and codes are always imported.</param>
/// <param name="places">The places whose names are imported, or null for all places.</param>
/// <param name="leftOut">Receives the ids of the names in other languages, or null.</param>
internal sealed class AlternateNamesFile(NameLanguages languages, IdSet? places, CopyWriter? leftOut = null)
    : IRowLoader
{
    public static readonly Table Table = new(
        "alternative_names", "id", "geoname_id", "kind", "language", "name", "is_preferred", "is_short",
        "is_colloquial", "is_historic", "used_from", "used_to")
    {
        HasLocalRows = true,
        CountryCondition =
            """
            existing.geoname_id IN (
              SELECT id FROM countries WHERE code = ANY ($1)
              UNION ALL
              SELECT place.id
              FROM (
                SELECT id, country_id FROM regions UNION ALL SELECT id, country_id FROM subregions
                UNION ALL SELECT id, country_id FROM cities UNION ALL SELECT id, country_id FROM districts) place
              JOIN countries country ON country.id = place.country_id
              WHERE country.code = ANY ($1))
            """,
    };

    private const int MaximumLanguageLength = 16;

    private static readonly (string Language, AlternativeNameKind Kind)[] PseudoLanguages =
    [
        ("link", AlternativeNameKind.Link),
        ("post", AlternativeNameKind.PostalCode),
        ("iata", AlternativeNameKind.Iata),
        ("icao", AlternativeNameKind.Icao),
        ("faac", AlternativeNameKind.Faa),
        ("unlc", AlternativeNameKind.UnLocode),
        ("wkdt", AlternativeNameKind.Wikidata),
        ("abbr", AlternativeNameKind.Abbreviation),
        ("phon", AlternativeNameKind.Other),
        ("piny", AlternativeNameKind.Other),
        ("tcid", AlternativeNameKind.Other),
    ];

    private readonly IdSet _ids = new();

    public int ColumnCount => 8;

    /// <summary>The columns from and to, which older files do not have.</summary>
    public int OptionalColumnCount => 2;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var place = row.Id(1, "geonameid");
        if (places?.Contains(place) == false)
            return;
        var id = _ids.Add(row, 0, "alternateNameId");
        var language = row[2];
        if (language.Length > MaximumLanguageLength || !Ascii.IsValid(language))
            throw row.Malformed(2, "isolanguage", "is not a language code");
        var name = row.Name(3, "alternate name");
        var isPreferred = row.Flag(4, "isPreferredName");
        var isShort = row.Flag(5, "isShortName");
        var isColloquial = row.Flag(6, "isColloquial");
        var isHistoric = row.Flag(7, "isHistoric");
        var kind = KindOf(language);
        if (kind == AlternativeNameKind.Name && !languages.Includes(language))
        {
            leftOut?.Id(id);
            return;
        }

        copy.BeginRow();
        copy.Int64(id);
        copy.Int32(place);
        copy.Int16((short)kind);
        // The kind replaces the pseudo language, except for the kind Other, which includes several of them.
        copy.OptionalText(kind is AlternativeNameKind.Name or AlternativeNameKind.Other ? language : []);
        copy.Text(name);
        copy.Boolean(isPreferred);
        copy.Boolean(isShort);
        copy.Boolean(isColloquial);
        copy.Boolean(isHistoric);
        copy.OptionalText(row[8]);
        copy.OptionalText(row[9]);
    }

    private static AlternativeNameKind KindOf(ReadOnlySpan<byte> language)
    {
        foreach (var (pseudoLanguage, kind) in PseudoLanguages)
        {
            if (Ascii.Equals(language, pseudoLanguage))
                return kind;
        }

        return AlternativeNameKind.Name;
    }
}
