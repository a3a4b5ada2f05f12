using System;
using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class SearchTextTimeZonesAndRunDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_cities_name",
                table: "cities");

            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .Annotation("Npgsql:PostgresExtension:postgis", ",,")
                .Annotation("Npgsql:PostgresExtension:unaccent", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:postgis", ",,");

            migrationBuilder.SqlFile("search_text.v1");

            migrationBuilder.AddColumn<DateOnly>(
                name: "changes_through",
                table: "import_runs",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "kinds",
                table: "import_runs",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<string>(
                name: "operation",
                table: "import_runs",
                type: "text",
                nullable: false,
                defaultValue: "Import");

            migrationBuilder.AddColumn<string>(
                name: "rejects",
                table: "import_runs",
                type: "jsonb",
                nullable: true);

            migrationBuilder.Sql("UPDATE import_runs SET rejects = '[]'");

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "districts",
                type: "text",
                nullable: false,
                computedColumnSql: "search_text(name)",
                stored: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "cities",
                type: "text",
                nullable: false,
                computedColumnSql: "search_text(name)",
                stored: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "alternative_names",
                type: "text",
                nullable: true,
                computedColumnSql: "CASE WHEN kind = 1 THEN search_text(name) END",
                stored: true);

            migrationBuilder.CreateTable(
                name: "time_zones",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    country_id = table.Column<int>(type: "integer", nullable: false),
                    january_offset = table.Column<double>(type: "double precision", nullable: false),
                    july_offset = table.Column<double>(type: "double precision", nullable: false),
                    raw_offset = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_time_zones", x => x.id);
                    table.ForeignKey(
                        name: "fk_time_zones_countries_country_id",
                        column: x => x.country_id,
                        principalTable: "countries",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_cities_search_text",
                table: "cities",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_time_zones_country_id",
                table: "time_zones",
                column: "country_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "time_zones");

            migrationBuilder.DropIndex(
                name: "ix_cities_search_text",
                table: "cities");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "districts");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "cities");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "alternative_names");

            migrationBuilder.DropColumn(
                name: "changes_through",
                table: "import_runs");

            migrationBuilder.DropColumn(
                name: "kinds",
                table: "import_runs");

            migrationBuilder.DropColumn(
                name: "operation",
                table: "import_runs");

            migrationBuilder.DropColumn(
                name: "rejects",
                table: "import_runs");

            migrationBuilder.Sql("DROP FUNCTION search_text");

            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .Annotation("Npgsql:PostgresExtension:postgis", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:postgis", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:unaccent", ",,");

            migrationBuilder.CreateIndex(
                name: "ix_cities_name",
                table: "cities",
                column: "name")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });
        }
    }
}
