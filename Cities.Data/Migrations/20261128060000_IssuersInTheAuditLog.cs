using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class IssuersInTheAuditLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "issuer",
                table: "audit_log",
                type: "text",
                nullable: true,
                defaultValueSql: "nullif(current_setting('cities.issuer', true), '')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "issuer",
                table: "audit_log");
        }
    }
}
