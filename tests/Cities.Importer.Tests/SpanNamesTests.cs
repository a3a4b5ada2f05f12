using Cities.Data;

namespace Cities.Importer.Tests;

/// <summary>The names of SQL's spans.</summary>
public sealed class SpanNamesTests
{
    [Theory]
    [InlineData("SELECT * FROM cities city WHERE id = $1", "SELECT cities")]
    [InlineData("select city.id, (SELECT max(id) FROM names), extract(epoch FROM at) FROM (SELECT * FROM cities) city", "SELECT cities")]
    [InlineData("SELECT EXISTS (SELECT FROM administration.city_corrections)", "SELECT")]
    [InlineData("SELECT FROM administration.city_corrections", "SELECT administration.city_corrections")]
    [InlineData("WITH large AS (SELECT * FROM countries) SELECT id FROM large JOIN cities ON true", "SELECT large")]
    [InlineData("WITH gone AS (SELECT id FROM staging) DELETE FROM \"Cities\" USING gone", "DELETE Cities")]
    [InlineData("INSERT INTO import_runs (id)\nVALUES (1)", "INSERT import_runs")]
    [InlineData("UPDATE cities SET name = $1", "UPDATE cities")]
    [InlineData("COPY staging (id) FROM STDIN (FORMAT BINARY)", "COPY staging")]
    [InlineData("CREATE TABLE IF NOT EXISTS continents (id integer)", "CREATE continents")]
    [InlineData("SET LOCAL work_mem = '64MB'", "SET work_mem")]
    [InlineData("COMMIT", "COMMIT")]
    public void A_statement_is_named_by_its_operation_and_table(string sql, string name) =>
        Assert.Equal(name, SpanNames.Summarize(sql));
}
