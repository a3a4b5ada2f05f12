namespace Cities.Data.Entities;

/// <summary>One of the seven continents of GeoNames.</summary>
public sealed class Continent
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

    /// <summary>GeoNames' two-letter code: AF, AN, AS, EU, NA, OC or SA.</summary>
    public required string Code { get; set; }

    /// <summary>English name.</summary>
    public required string Name { get; set; }

    /// <summary>
    /// The name in lower-case ASCII letters, digits and hyphens, with the id, which makes it unique: the database's
    /// <c>slug(search_text(name), id)</c>.
    /// </summary>
    public string Slug { get; private set; } = "";
}
