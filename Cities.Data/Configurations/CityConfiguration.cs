using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class CityConfiguration : IEntityTypeConfiguration<City>
{
    public void Configure(EntityTypeBuilder<City> builder)
    {
        builder.Property(city => city.Id).ValueGeneratedNever();
        builder.Property(city => city.Location).HasColumnType("geometry(Point, 4326)");
        builder.HasIndex(city => city.Location).HasMethod("gist");
        // Serves the substring search of autocomplete.
        builder.HasIndex(city => city.Name).HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasOne(city => city.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(city => city.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(city => city.Subregion).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
