namespace Cities.Importer;

/// <summary>The kinds of data, as <c>--import</c> and <c>--flush</c> name them; the names are django-cities'.</summary>
[Flags]
internal enum DataKinds
{
    None = 0,

    /// <summary>Continents and countries.</summary>
    Country = 1 << 0,

    /// <summary>First-order administrative divisions.</summary>
    Region = 1 << 1,

    /// <summary>Second-order administrative divisions.</summary>
    Subregion = 1 << 2,

    /// <summary>Populated places.</summary>
    City = 1 << 3,

    /// <summary>Sections of populated places.</summary>
    District = 1 << 4,

    /// <summary>Alternative names, links and codes.</summary>
    AlternativeName = 1 << 5,

    /// <summary>Postal codes.</summary>
    PostalCode = 1 << 6,

    /// <summary>Time zones.</summary>
    TimeZone = 1 << 7,

    All = (1 << 8) - 1,
}

internal static class DataKindNames
{
    private const string AllName = "all";

    private static readonly (DataKinds Kind, string Name)[] Names =
    [
        (DataKinds.Country, "country"),
        (DataKinds.Region, "region"),
        (DataKinds.Subregion, "subregion"),
        (DataKinds.City, "city"),
        (DataKinds.District, "district"),
        (DataKinds.AlternativeName, "alt_name"),
        (DataKinds.PostalCode, "postal_code"),
        (DataKinds.TimeZone, "time_zone"),
    ];

    /// <summary>Every name, for help and messages.</summary>
    public static string Known { get; } = string.Join(", ", Names.Select(each => each.Name));

    /// <summary>The names of some kinds.</summary>
    public static string[] ToNames(this DataKinds kinds) =>
        [.. Names.Where(each => kinds.HasFlag(each.Kind)).Select(each => each.Name)];

    /// <summary>Reads comma-separated names.</summary>
    /// <exception cref="FormatException">A name is unknown, or there is none.</exception>
    public static DataKinds Parse(string text)
    {
        var kinds = DataKinds.None;
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (name.Equals(AllName, StringComparison.OrdinalIgnoreCase))
                kinds |= DataKinds.All;
            else if (Array.Find(Names, each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } known)
                kinds |= known.Kind;
            else
                throw new FormatException($"holds '{name}', which is not one of {Known}, {AllName}");
        }

        return kinds != DataKinds.None ? kinds : throw new FormatException("is empty");
    }
}
