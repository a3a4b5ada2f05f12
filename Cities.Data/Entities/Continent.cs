namespace Cities.Data.Entities;

/// <summary>One of the seven continents of GeoNames.</summary>
public sealed class Continent
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

    /// <summary>GeoNames' two-letter code: AF, AN, AS, EU, NA, OC or SA.</summary>
    public required string Code { get; set; }

    /// <summary>English name.</summary>
    public required string Name { get; set; }

    /// <summary>The name in lower-case ASCII letters, digits and hyphens.</summary>
    public required string Slug { get; set; }
}
