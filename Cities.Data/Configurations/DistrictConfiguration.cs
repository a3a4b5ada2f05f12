using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class DistrictConfiguration : IEntityTypeConfiguration<District>
{
    public void Configure(EntityTypeBuilder<District> builder)
    {
        builder.Property(district => district.Id).ValueGeneratedNever();
        builder.Property(district => district.Slug).HasComputedColumnSql("slug(ascii_name, id)", stored: true);
        builder.Property(district => district.SearchText).HasComputedColumnSql("search_text(name)", stored: true);
        builder.Property(district => district.Location).HasColumnType("geometry(Point, 4326)");
        builder.Property(district => district.CityLink).HasConversion<string>();
        // For bounding boxes. The migration creates the index of the location as a geography.
        builder.HasIndex(district => district.Location).HasMethod("gist");
        // For the list of the districts of a city, in order.
        builder.HasIndex(district => new { district.CityId, district.Id });
        // For searches by names and their beginnings, by parts of names and by names with typing errors.
        builder.HasIndex(district => new { district.SearchText, district.Id }).UseCollation("C");
        builder.HasIndex(district => district.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasOne(district => district.City).WithMany(city => city.Districts).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(district => district.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(district => district.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(district => district.Subregion).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
