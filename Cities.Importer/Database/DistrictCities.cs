using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Assigns districts to cities, because GeoNames' main table does not name the city of a district. The city is the
/// parent in hierarchy.zip, if that is a city. Otherwise it is the nearest city of the same admin2, or of the same
/// admin1 if the admin2 has no city. The distance is divided by the square root of the population, similar to the
/// gravity model, so that a district between a village and a metropolis is assigned to the metropolis.
/// </summary>
internal static class DistrictCities
{
    /// <summary>Sets the city columns of the incoming districts. The cities must have been merged.</summary>
    /// <param name="connection">The connection of the import.</param>
    /// <param name="parents">
    /// SQL that selects districts and their parents, with the columns <c>id</c> and <c>parent_id</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task FindAsync(NpgsqlConnection connection, string parents, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            UPDATE {GeonameFile.Districts.Incoming} district
            SET city_id = parent.city_id, city_link = $1
            FROM (
              SELECT hierarchy.id, min(city.id) AS city_id
              FROM ({parents}) hierarchy JOIN cities city ON city.id = hierarchy.parent_id
              GROUP BY hierarchy.id) parent
            WHERE parent.id = district.id
            """,
            cancellationToken,
            [nameof(DistrictCityLink.Hierarchy)]);
        await FindNearestAsync(connection, "subregion_id", DistrictCityLink.NearestInSubregion, cancellationToken);
        await FindNearestAsync(connection, "region_id", DistrictCityLink.NearestInRegion, cancellationToken);
    }

    /// <summary>
    /// Sets the city columns of changed districts, and of districts whose city was deleted. Links from hierarchy.zip
    /// are kept.
    /// </summary>
    public static async Task FindForChangesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", GeonameFile.Districts.Columns);
        await connection.ExecuteAsync(
            $"""
            INSERT INTO {GeonameFile.Districts.Incoming} ({columns})
            SELECT {columns} FROM districts
            WHERE city_id IS NULL AND city_link IS NOT NULL
              AND id NOT IN (SELECT id FROM {GeonameFile.Districts.Incoming})
            """,
            cancellationToken);
        await FindAsync(
            connection,
            $"SELECT id, city_id AS parent_id FROM districts WHERE city_link = '{nameof(DistrictCityLink.Hierarchy)}'",
            cancellationToken);
    }

    /// <summary>Clears the links to deleted cities. The foreign key has already cleared the reference.</summary>
    public static Task ForgetGoneAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "UPDATE districts SET city_link = NULL WHERE city_id IS NULL AND city_link IS NOT NULL", cancellationToken);

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
                 ORDER BY
                   ST_DistanceSphere(city.location, district.location) / sqrt(greatest(city.population, 1)),
                   city.id
                 LIMIT 1) AS city_id
              FROM {GeonameFile.Districts.Incoming} district
              WHERE district.city_id IS NULL AND district.{division} IS NOT NULL) nearest
            WHERE nearest.id = district.id AND nearest.city_id IS NOT NULL
            """,
            cancellationToken,
            [link.ToString()]);
}
