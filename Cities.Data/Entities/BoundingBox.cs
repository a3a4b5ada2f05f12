namespace Cities.Data.Entities;

/// <summary>
/// The bounding box of the cities of a country, region or subregion, in degrees (EPSG:4326). The database's
/// <c>refresh_bounding_boxes()</c> computes all of them at the end of an import.
/// </summary>
public sealed class BoundingBox
{
    /// <summary>GeoNames id of the country, region or subregion.</summary>
    public int GeonameId { get; set; }

    /// <summary>
    /// The western bound. It is greater than <see cref="East"/> if the box crosses the antimeridian.
    /// </summary>
    public double West { get; set; }

    /// <summary>The southern bound.</summary>
    public double South { get; set; }

    /// <summary>The eastern bound.</summary>
    public double East { get; set; }

    /// <summary>The northern bound.</summary>
    public double North { get; set; }
}
