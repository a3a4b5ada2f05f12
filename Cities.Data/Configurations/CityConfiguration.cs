using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class CityConfiguration : IEntityTypeConfiguration<City>
{
    public void Configure(EntityTypeBuilder<City> builder)
    {
        builder.Property(city => city.Id).ValueGeneratedNever();
        builder.Property(city => city.Slug).HasComputedColumnSql("slug(ascii_name, id)", stored: true);
        builder.Property(city => city.SearchText).HasComputedColumnSql("search_text(name)", stored: true);
        builder.Property(city => city.Location).HasColumnType("geometry(Point, 4326)");
        // For bounding boxes, polygons and tiles. Nearest cities are found by an index of the location as a geography,
        // which the model cannot express: the migration creates it.
        builder.HasIndex(city => city.Location).HasMethod("gist");
        // For lists in the order of names.
        builder.HasIndex(city => new { city.SearchText, city.Id }).UseCollation("C");
        // For lists in the order of populations, and for the largest cities of a tile.
        builder.HasIndex(city => new { city.Population, city.Id });
        // For lists of a country or a division, in the order of ids.
        builder.HasIndex(city => new { city.CountryId, city.Id });
        builder.HasIndex(city => new { city.RegionId, city.Id });
        builder.HasIndex(city => new { city.SubregionId, city.Id });
        // For the seats of countries, regions and subregions: searches take a division's importance and location from
        // them.
        builder.HasIndex(city => city.CountryId).HasFilter("feature_code = 'PPLC'");
        builder.HasIndex(city => new { city.RegionId, city.Population }).HasFilter("feature_code IN ('PPLC', 'PPLA')");
        builder.HasIndex(city => new { city.SubregionId, city.Population }).HasFilter("feature_code = 'PPLA2'");
        // For searches by parts of names and by names with typing errors.
        builder.HasIndex(city => city.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasOne(city => city.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(city => city.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(city => city.Subregion).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
