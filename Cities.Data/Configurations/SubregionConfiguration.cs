using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class SubregionConfiguration : IEntityTypeConfiguration<Subregion>
{
    public void Configure(EntityTypeBuilder<Subregion> builder)
    {
        builder.Property(subregion => subregion.Id).ValueGeneratedNever();
        builder.Property(subregion => subregion.Slug).HasComputedColumnSql("slug(ascii_name, id)", stored: true);
        builder.HasIndex(subregion => new { subregion.RegionId, subregion.Code });
        builder.HasOne(subregion => subregion.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(subregion => subregion.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
