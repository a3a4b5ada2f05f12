using Cities.Data.Sql;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class BoundingBoxes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "bounding_boxes",
                columns: table => new
                {
                    geoname_id = table.Column<int>(type: "integer", nullable: false),
                    west = table.Column<double>(type: "double precision", nullable: false),
                    south = table.Column<double>(type: "double precision", nullable: false),
                    east = table.Column<double>(type: "double precision", nullable: false),
                    north = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bounding_boxes", x => x.geoname_id);
                });
            migrationBuilder.SqlFile("refresh_bounding_boxes.v1");
            migrationBuilder.Sql("SELECT refresh_bounding_boxes()");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP FUNCTION refresh_bounding_boxes()");
            migrationBuilder.DropTable(
                name: "bounding_boxes");
        }
    }
}
