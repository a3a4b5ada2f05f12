using System;
using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class CheckedEdits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.SqlFile("administration.check_city_correction.v1");
            migrationBuilder.SqlFile("administration.apply_city_correction.v3");
            migrationBuilder.SqlFile("administration.apply_local_name.v2");
            migrationBuilder.SqlFile("administration.cancel_import_request.v1");
            // A function that is replaced loses its settings.
            migrationBuilder.SqlFile("administration.search_path.v2");

            migrationBuilder.AlterColumn<string>(
                name: "state",
                schema: "administration",
                table: "import_requests",
                type: "text",
                nullable: false,
                defaultValueSql: "'Queued'",
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "requested_by",
                schema: "administration",
                table: "import_requests",
                type: "text",
                nullable: false,
                defaultValueSql: "administration.actor()",
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "requested_at",
                schema: "administration",
                table: "import_requests",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()",
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone");

            migrationBuilder.AddCheckConstraint(
                name: "ck_import_requests_operation",
                schema: "administration",
                table: "import_requests",
                sql: "operation IN ('Import', 'Update')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP FUNCTION administration.check_city_correction, administration.apply_city_correction,
                  administration.apply_local_name, administration.cancel_import_request CASCADE
                """);
            migrationBuilder.SqlFile("administration.apply_city_correction.v1");
            migrationBuilder.SqlFile("administration.apply_city_correction.v2");
            migrationBuilder.SqlFile("administration.apply_local_name.v1");
            migrationBuilder.SqlFile("administration.search_path.v1");

            migrationBuilder.DropCheckConstraint(
                name: "ck_import_requests_operation",
                schema: "administration",
                table: "import_requests");

            migrationBuilder.AlterColumn<string>(
                name: "state",
                schema: "administration",
                table: "import_requests",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text",
                oldDefaultValueSql: "'Queued'");

            migrationBuilder.AlterColumn<string>(
                name: "requested_by",
                schema: "administration",
                table: "import_requests",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text",
                oldDefaultValueSql: "administration.actor()");

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "requested_at",
                schema: "administration",
                table: "import_requests",
                type: "timestamp with time zone",
                nullable: false,
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone",
                oldDefaultValueSql: "now()");
        }
    }
}
