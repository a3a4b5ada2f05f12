using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class PostalCodeLookups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.SqlFile("postal_code_key.v1");
            // For postal codes by code and by the beginning of a code.
            migrationBuilder.Sql(
                """CREATE INDEX ix_postal_codes_key ON postal_codes (postal_code_key(code) COLLATE "C", id)""");
            // For postal codes by the name of their place or its beginning, and for the postal codes of a city.
            migrationBuilder.Sql(
                """CREATE INDEX ix_postal_codes_place ON postal_codes (search_text(place_name) COLLATE "C", id)""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_postal_codes_place");
            migrationBuilder.Sql("DROP INDEX ix_postal_codes_key");
            migrationBuilder.Sql("DROP FUNCTION postal_code_key(text)");
        }
    }
}
