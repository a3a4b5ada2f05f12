using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Assigns districts to cities, because GeoNames' main table does not name the city of a district. The city is an
/// ancestor in hierarchy.zip, if that is a city. Otherwise it is a city of the country within reach of the district:
/// one of the same admin2 if possible, then one of the same admin1, then any. Among several, the distance is divided by
/// the square root of the population, similar to the gravity model, so that a district between a village and a
/// metropolis is assigned to the metropolis. A city without inhabitants reaches 10 km, a city of a million 30 km, and
/// no city more than 50 km. A district beyond the reach of every city has none.
/// </summary>
internal static class DistrictCities
{
    /// <summary>The reach of the largest cities, in metres.</summary>
    private const int MaximumReach = 50_000;

    /// <summary>The reach of a city in metres, in SQL.</summary>
    private const string Reach = "10000 + 20 * sqrt(city.population)";

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
            SET city_id = ancestor.city_id, city_link = $1
            FROM (
              WITH RECURSIVE parents AS ({parents}),
              ancestors AS (
                SELECT id, parent_id FROM parents
                UNION
                SELECT ancestors.id, parents.parent_id FROM ancestors JOIN parents ON parents.id = ancestors.parent_id)
              SELECT ancestors.id, min(city.id) AS city_id
              FROM ancestors JOIN cities city ON city.id = ancestors.parent_id
              GROUP BY ancestors.id) ancestor
            WHERE ancestor.id = district.id
            """,
            cancellationToken,
            [nameof(DistrictCityLink.Hierarchy)]);
        await FindNearestAsync(connection, cancellationToken);
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

    private static Task<int> FindNearestAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            UPDATE {GeonameFile.Districts.Incoming} district
            SET city_id = nearest.city_id, city_link = nearest.link
            FROM (
              SELECT district.id, city.id AS city_id, CASE
                WHEN city.subregion_id = district.subregion_id THEN $1
                WHEN city.region_id = district.region_id THEN $2
                ELSE $3 END AS link
              FROM {GeonameFile.Districts.Incoming} district CROSS JOIN LATERAL (
                SELECT city.id, city.region_id, city.subregion_id
                FROM cities city, ST_DistanceSphere(city.location, district.location) distance
                WHERE city.country_id = district.country_id
                  AND ST_DWithin(city.location::geography, district.location::geography, {MaximumReach}, false)
                  AND distance <= least({Reach}, {MaximumReach})
                ORDER BY
                  (city.subregion_id = district.subregion_id) IS TRUE DESC,
                  (city.region_id = district.region_id) IS TRUE DESC,
                  distance / sqrt(greatest(city.population, 1)),
                  city.id
                LIMIT 1) city
              WHERE district.city_id IS NULL) nearest
            WHERE nearest.id = district.id
            """,
            cancellationToken,
            [
                nameof(DistrictCityLink.NearestInSubregion),
                nameof(DistrictCityLink.NearestInRegion),
                nameof(DistrictCityLink.NearestInCountry),
            ]);
}
