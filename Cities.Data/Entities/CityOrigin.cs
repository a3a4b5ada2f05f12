namespace Cities.Data.Entities;

/// <summary>Where a <see cref="City"/> comes from.</summary>
public enum CityOrigin
{
    /// <summary>As GeoNames has it.</summary>
    GeoNames = 1,

    /// <summary>GeoNames has it, and an editor has corrected it (<see cref="CityCorrection"/>).</summary>
    Corrected = 2,

    /// <summary>An editor has added it; GeoNames does not have it.</summary>
    Local = 3,
}
