
namespace Cities.Api.Places;

/// <summary>A section of a populated place.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
/// <param name="City">Name of the city it is a section of.</param>
/// <param name="Population">Number of inhabitants; 0 where GeoNames does not know it.</param>
public sealed record DistrictResponse(int Id, string Name, string? City, long Population)
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    internal static readonly SqlText Columns = $"district.id, district.name, city.name, district.population";

    /// <summary>What the columns are of.</summary>
    internal static readonly SqlText Table = $"districts district JOIN cities city ON city.id = district.city_id";

    internal static DistrictResponse Read(NpgsqlDataReader reader) =>
        new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));

    internal static DistrictResponse Example { get; } = new(2641598, "New Malden", "London", 27793);
}
