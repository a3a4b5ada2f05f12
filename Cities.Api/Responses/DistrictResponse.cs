using System.Linq.Expressions;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

/// <summary>A section of a populated place.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
/// <param name="City">Name of the city it is a section of.</param>
/// <param name="Population">Number of inhabitants; 0 where GeoNames does not know it.</param>
public sealed record DistrictResponse(int Id, string Name, string? City, long Population)
{
    internal static Expression<Func<District, DistrictResponse>> Projection { get; } =
        district => new DistrictResponse(district.Id, district.Name, district.City!.Name, district.Population);

    internal static DistrictResponse Example { get; } = new(2641598, "New Malden", "London", 27793);
}
