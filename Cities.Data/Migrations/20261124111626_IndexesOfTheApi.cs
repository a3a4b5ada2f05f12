using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class IndexesOfTheApi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_postal_codes_location",
                table: "postal_codes");

            migrationBuilder.DropIndex(
                name: "ix_cities_country_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_region_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_subregion_id",
                table: "cities");

            migrationBuilder.CreateIndex(
                name: "ix_cities_country_id_id",
                table: "cities",
                columns: new[] { "country_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_cities_population_id",
                table: "cities",
                columns: new[] { "population", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_cities_region_id_id",
                table: "cities",
                columns: new[] { "region_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_cities_search_text_id",
                table: "cities",
                columns: new[] { "search_text", "id" })
                .Annotation("Relational:Collation", new[] { "C" });

            migrationBuilder.CreateIndex(
                name: "ix_cities_subregion_id_id",
                table: "cities",
                columns: new[] { "subregion_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_alternative_names_search_text",
                table: "alternative_names",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            // What is nearest to a point, by geodesic distance, across the antimeridian and over the poles.
            migrationBuilder.Sql(
                """
                CREATE INDEX ix_cities_geography ON cities USING gist ((location::geography));
                CREATE INDEX ix_postal_codes_geography ON postal_codes USING gist ((location::geography));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_cities_geography, ix_postal_codes_geography");

            migrationBuilder.DropIndex(
                name: "ix_cities_country_id_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_population_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_region_id_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_search_text_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_subregion_id_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_alternative_names_search_text",
                table: "alternative_names");

            migrationBuilder.CreateIndex(
                name: "ix_postal_codes_location",
                table: "postal_codes",
                column: "location")
                .Annotation("Npgsql:IndexMethod", "gist");

            migrationBuilder.CreateIndex(
                name: "ix_cities_country_id",
                table: "cities",
                column: "country_id");

            migrationBuilder.CreateIndex(
                name: "ix_cities_region_id",
                table: "cities",
                column: "region_id");

            migrationBuilder.CreateIndex(
                name: "ix_cities_subregion_id",
                table: "cities",
                column: "subregion_id");
        }
    }
}
