using NetTopologySuite.Geometries;

namespace Cities.Data.Entities;

/// <summary>A section of a populated place: GeoNames' feature code PPLX.</summary>
public sealed class District
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

    /// <summary>GeoNames' admin3 code of the district, or null.</summary>
    public string? Code { get; set; }

    /// <summary>The name as searches compare it: the database's <c>search_text(name)</c>.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country of the district.</summary>
    public Country? Country { get; set; }

    /// <summary>Id of the <see cref="Region"/>, or null if GeoNames assigns none or does not list it.</summary>
    public int? RegionId { get; set; }

    /// <summary>The region of the district.</summary>
    public Region? Region { get; set; }

    /// <summary>Id of the <see cref="Subregion"/>, or null if GeoNames assigns none or does not list it.</summary>
    public int? SubregionId { get; set; }

    /// <summary>The subregion of the district.</summary>
    public Subregion? Subregion { get; set; }

    /// <summary>Id of the <see cref="City"/>, or null if the importer found none.</summary>
    public int? CityId { get; set; }

    /// <summary>The city that the district is a section of.</summary>
    public City? City { get; set; }

    /// <summary>How the importer found the city, or null if it found none.</summary>
    public DistrictCityLink? CityLink { get; set; }

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
}
