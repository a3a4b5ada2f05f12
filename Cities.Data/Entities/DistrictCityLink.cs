namespace Cities.Data.Entities;

/// <summary>How the importer found the city of a <see cref="District"/>.</summary>
public enum DistrictCityLink
{
    /// <summary>The city is an ancestor of the district in GeoNames' hierarchy.</summary>
    Hierarchy = 1,

    /// <summary>
    /// The hierarchy has no parent: the city is the nearest of the same admin2, by population-weighted distance.
    /// </summary>
    NearestInSubregion = 2,

    /// <summary>
    /// The admin2 has no city either: the city is the nearest of the same admin1, by population-weighted distance.
    /// </summary>
    NearestInRegion = 3,

    /// <summary>
    /// The district has no division with such a city: the city is the nearest of the same country, by
    /// population-weighted distance.
    /// </summary>
    NearestInCountry = 4,
}
