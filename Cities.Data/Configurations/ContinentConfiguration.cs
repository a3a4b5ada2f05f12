using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class ContinentConfiguration : IEntityTypeConfiguration<Continent>
{
    public void Configure(EntityTypeBuilder<Continent> builder)
    {
        builder.Property(continent => continent.Id).ValueGeneratedNever();
        builder.Property(continent => continent.Slug).HasComputedColumnSql("slug(search_text(name), id)", stored: true);
        builder.HasIndex(continent => continent.Code).IsUnique();
    }
}
