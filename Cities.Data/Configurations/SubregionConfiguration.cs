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
        builder.Property(subregion => subregion.SearchText).HasComputedColumnSql("search_text(name)", stored: true);
        // For searches by names and their beginnings.
        builder.HasIndex(subregion => new { subregion.SearchText, subregion.Id }).UseCollation("C");
        builder.HasIndex(subregion => new { subregion.RegionId, subregion.Code });
        builder.HasOne(subregion => subregion.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(subregion => subregion.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
