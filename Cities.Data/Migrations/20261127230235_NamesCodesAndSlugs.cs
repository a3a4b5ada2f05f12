using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class NamesCodesAndSlugs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.SqlFile("slug.v1");
            migrationBuilder.SqlFile("administration.apply_city_correction.v2");
            // A function that is replaced loses its settings.
            migrationBuilder.SqlFile("administration.search_path.v1");
            // The slug is a generated column from now on. The trigger would record these changes as those of an editor.
            migrationBuilder.Sql(
                """
                ALTER TABLE administration.city_corrections DISABLE TRIGGER apply_city_correction;
                UPDATE administration.city_corrections SET changes = changes - 'slug', geonames = geonames - 'slug';
                ALTER TABLE administration.city_corrections ENABLE TRIGGER apply_city_correction;
                """);
            migrationBuilder.Sql("UPDATE alternative_names SET kind = 10, language = NULL WHERE kind = 9 AND language = 'abbr'");

            migrationBuilder.AddColumn<string>(
                name: "code",
                table: "districts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "currency_symbol",
                table: "countries",
                type: "text",
                nullable: true);

            migrationBuilder.AlterColumn<long>(
                name: "id",
                table: "alternative_names",
                type: "bigint",
                nullable: false,
                oldClrType: typeof(int),
                oldType: "integer");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "subregions",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(ascii_name, id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "regions",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(ascii_name, id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "districts",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(ascii_name, id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "countries",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(search_text(name), id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "continents",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(search_text(name), id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "cities",
                type: "text",
                nullable: false,
                computedColumnSql: "slug(ascii_name, id)",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "search_text",
                table: "alternative_names",
                type: "text",
                nullable: true,
                computedColumnSql: "CASE WHEN kind IN (1, 10, 11) THEN search_text(name) END",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true,
                oldComputedColumnSql: "CASE WHEN kind = 1 THEN search_text(name) END",
                oldStored: true);

            migrationBuilder.CreateIndex(
                name: "ix_districts_search_text",
                table: "districts",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_districts_search_text_id",
                table: "districts",
                columns: new[] { "search_text", "id" })
                .Annotation("Relational:Collation", new[] { "C" });

            // For the districts nearest to a point, as of cities.
            migrationBuilder.Sql("CREATE INDEX ix_districts_geography ON districts USING gist ((location::geography))");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_districts_geography");
            migrationBuilder.Sql("DROP FUNCTION administration.apply_city_correction() CASCADE");
            migrationBuilder.SqlFile("administration.apply_city_correction.v1");
            migrationBuilder.SqlFile("administration.search_path.v1");
            migrationBuilder.Sql(
                """
                DELETE FROM alternative_names WHERE kind = 11;
                UPDATE alternative_names SET kind = 9, language = 'abbr' WHERE kind = 10;
                """);

            migrationBuilder.DropIndex(
                name: "ix_districts_search_text",
                table: "districts");

            migrationBuilder.DropIndex(
                name: "ix_districts_search_text_id",
                table: "districts");

            migrationBuilder.DropColumn(
                name: "code",
                table: "districts");

            migrationBuilder.DropColumn(
                name: "currency_symbol",
                table: "countries");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "subregions",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(ascii_name, id)");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "regions",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(ascii_name, id)");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "districts",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(ascii_name, id)");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "countries",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(search_text(name), id)");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "continents",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(search_text(name), id)");

            migrationBuilder.AlterColumn<string>(
                name: "slug",
                table: "cities",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldComputedColumnSql: "slug(ascii_name, id)");

            migrationBuilder.AlterColumn<int>(
                name: "id",
                table: "alternative_names",
                type: "integer",
                nullable: false,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AlterColumn<string>(
                name: "search_text",
                table: "alternative_names",
                type: "text",
                nullable: true,
                computedColumnSql: "CASE WHEN kind = 1 THEN search_text(name) END",
                stored: true,
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true,
                oldComputedColumnSql: "CASE WHEN kind IN (1, 10, 11) THEN search_text(name) END",
                oldStored: true);
            migrationBuilder.Sql("DROP FUNCTION slug(text, integer)");
        }
    }
}
