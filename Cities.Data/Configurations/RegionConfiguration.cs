using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class RegionConfiguration : IEntityTypeConfiguration<Region>
{
    public void Configure(EntityTypeBuilder<Region> builder)
    {
        builder.Property(region => region.Id).ValueGeneratedNever();
        builder.HasIndex(region => new { region.CountryId, region.Code }).IsUnique();
        builder.HasOne(region => region.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
    }
}
