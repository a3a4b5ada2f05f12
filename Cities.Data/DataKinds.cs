namespace Cities.Data;

/// <summary>
/// The kinds of data that can be imported or deleted separately. The names are those of django-cities.
/// </summary>
[Flags]
public enum DataKinds
{
    /// <summary>No data.</summary>
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

    /// <summary>All kinds.</summary>
    All = (1 << 8) - 1,
}

/// <summary>The names of <see cref="DataKinds"/> in options, requests and records of imports.</summary>
public static class DataKindNames
{
    /// <summary>The name of <see cref="DataKinds.All"/>.</summary>
    public const string All = "all";

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

    /// <summary>The names of the single kinds, without <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Names.Select(each => each.Name)];

    /// <summary>Gets the names of kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    public static string[] ToNames(this DataKinds kinds) =>
        [.. Names.Where(each => kinds.HasFlag(each.Kind)).Select(each => each.Name)];

    /// <summary>Parses a comma-separated list of names.</summary>
    /// <param name="text">The list.</param>
    /// <exception cref="FormatException">A name is unknown, or the list is empty.</exception>
    public static DataKinds Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kinds = DataKinds.None;
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (name.Equals(All, StringComparison.OrdinalIgnoreCase))
                kinds |= DataKinds.All;
            else if (Find(name) is { } kind)
                kinds |= kind;
            else
                throw new FormatException($"contains '{name}', which is not one of {string.Join(", ", Known)}, {All}");
        }

        return kinds != DataKinds.None ? kinds : throw new FormatException("is empty");
    }

    private static DataKinds? Find(string name)
    {
        foreach (var (kind, known) in Names)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return kind;
        }

        return null;
    }
}
