using NetTopologySuite.Geometries;

namespace Cities.Data.Entities;

/// <summary>
/// A populated place: GeoNames' feature class P except sections of populated places (PPLX), which are
/// <see cref="District"/>s.
/// </summary>
public sealed class City
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

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

    /// <summary>GeoNames feature code, such as <c>PPLC</c> for the capital of a country.</summary>
    public required string FeatureCode { get; set; }

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country of the place.</summary>
    public Country? Country { get; set; }

    /// <summary>Id of the <see cref="Region"/>, or null if GeoNames assigns none or does not list it.</summary>
    public int? RegionId { get; set; }

    /// <summary>The region of the place.</summary>
    public Region? Region { get; set; }

    /// <summary>Id of the <see cref="Subregion"/>, or null if GeoNames assigns none or does not list it.</summary>
    public int? SubregionId { get; set; }

    /// <summary>The subregion of the place.</summary>
    public Subregion? Subregion { get; set; }

    /// <summary>Number of inhabitants; 0 if GeoNames does not know it.</summary>
    public long Population { get; set; }

    /// <summary>Elevation in metres above sea level, or null if it is not known.</summary>
    public int? Elevation { get; set; }

    /// <summary>IANA time zone id, such as <c>Europe/London</c>, or null if it is not known.</summary>
    public string? Timezone { get; set; }

    /// <summary>Location in EPSG:4326: X is the longitude and Y the latitude, in degrees.</summary>
    public required Point Location { get; set; }

    /// <summary>The day of the last change at GeoNames, or null if it is not known.</summary>
    public DateOnly? ModifiedOn { get; set; }

    /// <summary>Sections of the city.</summary>
    public ICollection<District> Districts { get; } = [];
}
