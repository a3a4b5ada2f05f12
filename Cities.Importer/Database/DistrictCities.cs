using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Gives each district the city it is a section of: GeoNames' main table does not name it. The nearest city of the same
/// admin2 is taken, and where that has none, of the same admin1; nearness is weighted by population, as attraction is in
/// the gravity model: the distance divided by the square root of the population, so that a district between a village
/// and a metropolis belongs to the metropolis.
/// </summary>
internal static class DistrictCities
{
    /// <summary>Fills the city columns of the incoming districts; the cities must be in their table.</summary>
    public static async Task FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await FindNearestAsync(connection, "subregion_id", DistrictCityLink.NearestInSubregion, cancellationToken);
        await FindNearestAsync(connection, "region_id", DistrictCityLink.NearestInRegion, cancellationToken);
    }

    private static Task<int> FindNearestAsync(
        NpgsqlConnection connection, string division, DistrictCityLink link, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            UPDATE {GeonameFile.Districts.Incoming} district
            SET city_id = nearest.city_id, city_link = $1
            FROM (
              SELECT district.id,
                (SELECT city.id
                 FROM cities city
                 WHERE city.{division} = district.{division}
                 ORDER BY ST_DistanceSphere(city.location, district.location) / sqrt(greatest(city.population, 1)), city.id
                 LIMIT 1) AS city_id
              FROM {GeonameFile.Districts.Incoming} district
              WHERE district.city_id IS NULL AND district.{division} IS NOT NULL) nearest
            WHERE nearest.id = district.id AND nearest.city_id IS NOT NULL
            """,
            cancellationToken,
            [link.ToString()]);
}
