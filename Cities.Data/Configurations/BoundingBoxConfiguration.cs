using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class BoundingBoxConfiguration : IEntityTypeConfiguration<BoundingBox>
{
    public void Configure(EntityTypeBuilder<BoundingBox> builder)
    {
        builder.HasKey(box => box.GeonameId);
        builder.Property(box => box.GeonameId).ValueGeneratedNever();
    }
}
