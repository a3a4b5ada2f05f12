using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class SearchOfAllPlaces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.SqlFile("search_text.v2");
            migrationBuilder.SqlFile("search_variants.v1");
            migrationBuilder.SqlFile("search_edits.v1");
            // An update computes the stored columns again.
            migrationBuilder.Sql(
                """
                UPDATE continents SET name = name;
                UPDATE countries SET name = name;
                UPDATE cities SET name = name;
                UPDATE districts SET name = name;
                UPDATE alternative_names SET name = name WHERE search_text IS NOT NULL;
                """);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "subregions",
                type: "text",
                nullable: false,
                computedColumnSql: "search_text(name)",
                stored: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "regions",
                type: "text",
                nullable: false,
                computedColumnSql: "search_text(name)",
                stored: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "countries",
                type: "text",
                nullable: false,
                computedColumnSql: "search_text(name)",
                stored: true);

            migrationBuilder.CreateIndex(
                name: "ix_subregions_search_text_id",
                table: "subregions",
                columns: new[] { "search_text", "id" })
                .Annotation("Relational:Collation", new[] { "C" });

            migrationBuilder.CreateIndex(
                name: "ix_regions_search_text_id",
                table: "regions",
                columns: new[] { "search_text", "id" })
                .Annotation("Relational:Collation", new[] { "C" });

            migrationBuilder.CreateIndex(
                name: "ix_countries_search_text_id",
                table: "countries",
                columns: new[] { "search_text", "id" })
                .Annotation("Relational:Collation", new[] { "C" });

            migrationBuilder.CreateIndex(
                name: "ix_cities_country_id",
                table: "cities",
                column: "country_id",
                filter: "feature_code = 'PPLC'");

            migrationBuilder.CreateIndex(
                name: "ix_cities_region_id_population",
                table: "cities",
                columns: new[] { "region_id", "population" },
                filter: "feature_code IN ('PPLC', 'PPLA')");

            migrationBuilder.CreateIndex(
                name: "ix_cities_subregion_id_population",
                table: "cities",
                columns: new[] { "subregion_id", "population" },
                filter: "feature_code = 'PPLA2'");

            migrationBuilder.CreateIndex(
                name: "ix_alternative_names_search_text_geoname_id",
                table: "alternative_names",
                columns: new[] { "search_text", "geoname_id" })
                .Annotation("Relational:Collation", new[] { "C" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // search_text keeps its new definition: the earlier version works with it.
            migrationBuilder.Sql("DROP FUNCTION search_edits(text); DROP FUNCTION search_variants(text)");

            migrationBuilder.DropIndex(
                name: "ix_subregions_search_text_id",
                table: "subregions");

            migrationBuilder.DropIndex(
                name: "ix_regions_search_text_id",
                table: "regions");

            migrationBuilder.DropIndex(
                name: "ix_countries_search_text_id",
                table: "countries");

            migrationBuilder.DropIndex(
                name: "ix_cities_country_id",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_region_id_population",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_cities_subregion_id_population",
                table: "cities");

            migrationBuilder.DropIndex(
                name: "ix_alternative_names_search_text_geoname_id",
                table: "alternative_names");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "subregions");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "regions");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "countries");
        }
    }
}
