
namespace Cities.Api.Places;

/// <summary>A section of a populated place.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, in the local spelling.</param>
/// <param name="City">Name of the city that the district belongs to.</param>
/// <param name="Population">Number of inhabitants; 0 if it is not known.</param>
public sealed record DistrictResponse(int Id, string Name, string? City, long Population)
{
    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns = $"district.id, district.name, city.name, district.population";

    /// <summary>The tables of <see cref="Columns"/>.</summary>
    internal static readonly SqlText Table = $"districts district JOIN cities city ON city.id = district.city_id";

    internal static DistrictResponse Read(NpgsqlDataReader reader) =>
        new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));

    internal static DistrictResponse Example { get; } = new(2641598, "New Malden", "London", 27793);
}
