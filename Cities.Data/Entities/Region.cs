namespace Cities.Data.Entities;

/// <summary>A first-order administrative division (admin1), such as a state, province or constituent country.</summary>
public sealed class Region
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

    /// <summary>GeoNames' admin1 code, unique within the country, such as <c>ENG</c>.</summary>
    public required string Code { get; set; }

    /// <summary>Name in Latin letters, as the residents write it.</summary>
    public required string Name { get; set; }

    /// <summary>The name in ASCII.</summary>
    public required string AsciiName { get; set; }

    /// <summary>
    /// The ASCII name in lower-case letters, digits and hyphens, with the id, which makes it unique: the database's
    /// <c>slug(ascii_name, id)</c>.
    /// </summary>
    public string Slug { get; private set; } = "";

    /// <summary>The name as searches compare it: the database's <c>search_text(name)</c>.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country of the region.</summary>
    public Country? Country { get; set; }
}
