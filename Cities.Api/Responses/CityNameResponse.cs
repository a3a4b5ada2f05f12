using System.Linq.Expressions;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

/// <summary>A populated place, as a suggestion.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
public sealed record CityNameResponse(int Id, string Name)
{
    internal static Expression<Func<City, CityNameResponse>> Projection { get; } =
        city => new CityNameResponse(city.Id, city.Name);

    internal static CityNameResponse Example { get; } = new(2643743, "London");
}
