namespace Cities.Data.Entities;

/// <summary>A second-order administrative division (admin2), such as a county or district.</summary>
public sealed class Subregion
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

    /// <summary>GeoNames' admin2 code, unique within the region, such as <c>GLA</c>.</summary>
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

    /// <summary>The country of the subregion.</summary>
    public Country? Country { get; set; }

    /// <summary>
    /// Id of the <see cref="Region"/>, or null if GeoNames does not list the admin1 of the subregion.
    /// </summary>
    public int? RegionId { get; set; }

    /// <summary>The region of the subregion.</summary>
    public Region? Region { get; set; }
}
