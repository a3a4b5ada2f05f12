using NetTopologySuite.Geometries;

namespace Cities.Data.Entities;

/// <summary>
/// A postal code and a place that uses it. GeoNames assigns no ids to postal codes. A code has a row for each of its
/// places.
/// </summary>
public sealed class PostalCode
{
    /// <summary>
    /// Surrogate key. It stays the same while the code, the place and the divisions of the row stay the same.
    /// </summary>
    public long Id { get; set; }

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country of the postal code.</summary>
    public Country? Country { get; set; }

    /// <summary>The postal code, including spaces.</summary>
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

    /// <summary>
    /// Id of the <see cref="Region"/> with the code <see cref="RegionCode"/>, or null if there is none.
    /// </summary>
    public int? RegionId { get; set; }

    /// <summary>The region with the code <see cref="RegionCode"/>.</summary>
    public Region? Region { get; set; }

    /// <summary>
    /// Id of the <see cref="Subregion"/> with the code <see cref="SubregionCode"/>, or null if there is none.
    /// </summary>
    public int? SubregionId { get; set; }

    /// <summary>The subregion with the code <see cref="SubregionCode"/>.</summary>
    public Subregion? Subregion { get; set; }

    /// <summary>
    /// Location in EPSG:4326: X is the longitude and Y the latitude, in degrees; null if it is not known.
    /// </summary>
    public Point? Location { get; set; }

    /// <summary>Accuracy of the location, from 1 (estimated) to 6 (centroid of the addresses), or null.</summary>
    public short? Accuracy { get; set; }
}
