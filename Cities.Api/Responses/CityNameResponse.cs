namespace Cities.Api.Responses;

/// <summary>A populated place, as a suggestion.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
public sealed record CityNameResponse(int Id, string Name)
{
    internal static CityNameResponse Example { get; } = new(2643743, "London");
}
