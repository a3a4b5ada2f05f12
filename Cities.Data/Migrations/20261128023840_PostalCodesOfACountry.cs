using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class PostalCodesOfACountry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_postal_codes_country_id_code",
                table: "postal_codes");

            migrationBuilder.CreateIndex(
                name: "ix_postal_codes_country_id_id",
                table: "postal_codes",
                columns: new[] { "country_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_postal_codes_country_id_id",
                table: "postal_codes");

            migrationBuilder.CreateIndex(
                name: "ix_postal_codes_country_id_code",
                table: "postal_codes",
                columns: new[] { "country_id", "code" });
        }
    }
}
