using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class RegionConfiguration : IEntityTypeConfiguration<Region>
{
    public void Configure(EntityTypeBuilder<Region> builder)
    {
        builder.Property(region => region.Id).ValueGeneratedNever();
        builder.Property(region => region.Slug).HasComputedColumnSql("slug(ascii_name, id)", stored: true);
        builder.Property(region => region.SearchText).HasComputedColumnSql("search_text(name)", stored: true);
        // For searches by names and their beginnings.
        builder.HasIndex(region => new { region.SearchText, region.Id }).UseCollation("C");
        builder.HasIndex(region => new { region.CountryId, region.Code }).IsUnique();
        builder.HasOne(region => region.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
    }
}
