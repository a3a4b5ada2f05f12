using NetTopologySuite.Geometries;

namespace Cities.Data.Entities;

/// <summary>
/// A postal code and a place that uses it. GeoNames gives these rows no id, and a code has a row for each of its places.
/// </summary>
public sealed class PostalCode
{
    /// <summary>Surrogate key, stable while the row's code, place and divisions stay the same.</summary>
    public long Id { get; set; }

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country that issues the code.</summary>
    public Country? Country { get; set; }

    /// <summary>The code as it is written, spaces included.</summary>
    public required string Code { get; set; }

    /// <summary>Name of the place.</summary>
    public required string PlaceName { get; set; }

    /// <summary>Name of the first-order division, or null.</summary>
    public string? RegionName { get; set; }

    /// <summary>Postal code of the first-order division, often GeoNames' admin1 code, or null.</summary>
    public string? RegionCode { get; set; }

    /// <summary>Name of the second-order division, or null.</summary>
    public string? SubregionName { get; set; }

    /// <summary>Code of the second-order division, often GeoNames' admin2 code, or null.</summary>
    public string? SubregionCode { get; set; }

    /// <summary>Name of the third-order division, or null.</summary>
    public string? DistrictName { get; set; }

    /// <summary>Code of the third-order division, or null.</summary>
    public string? DistrictCode { get; set; }

    /// <summary>Id of the <see cref="Region"/> that <see cref="RegionCode"/> names, or null where there is none.</summary>
    public int? RegionId { get; set; }

    /// <summary>The region that <see cref="RegionCode"/> names.</summary>
    public Region? Region { get; set; }

    /// <summary>Id of the <see cref="Subregion"/> that <see cref="SubregionCode"/> names, or null.</summary>
    public int? SubregionId { get; set; }

    /// <summary>The subregion that <see cref="SubregionCode"/> names.</summary>
    public Subregion? Subregion { get; set; }

    /// <summary>Where it is: EPSG:4326, X the longitude and Y the latitude in degrees; null where not known.</summary>
    public Point? Location { get; set; }

    /// <summary>How exact the location is, from 1 (estimated) to 6 (centroid of the addresses), or null.</summary>
    public short? Accuracy { get; set; }
}
