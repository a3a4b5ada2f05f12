namespace Cities.Data.Entities;

/// <summary>How a <see cref="District"/> was given its city.</summary>
public enum DistrictCityLink
{
    /// <summary>GeoNames' hierarchy names the city as the district's parent.</summary>
    Hierarchy = 1,

    /// <summary>No parent is named: the nearest city of the same admin2, by population-weighted distance.</summary>
    NearestInSubregion = 2,

    /// <summary>The admin2 has no city either: the nearest city of the same admin1, weighted likewise.</summary>
    NearestInRegion = 3,
}
