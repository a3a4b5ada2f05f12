using System.Linq.Expressions;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

/// <summary>A populated place.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
/// <param name="Region">Name of the first-order administrative division, or null where GeoNames names none.</param>
/// <param name="Location">Where it is.</param>
public sealed record CityResponse(int Id, string Name, string? Region, LocationResponse Location)
{
    internal static Expression<Func<City, CityResponse>> Projection { get; } = city => new CityResponse(
        city.Id, city.Name, city.Region!.Name, new LocationResponse(city.Location.X, city.Location.Y));

    internal static CityResponse Example { get; } =
        new(2643743, "London", "England", new LocationResponse(-0.12574, 51.50853));
}
