using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class AlternativeNameConfiguration : IEntityTypeConfiguration<AlternativeName>
{
    public void Configure(EntityTypeBuilder<AlternativeName> builder)
    {
        builder.Property(name => name.Id).ValueGeneratedNever();
        builder.Property(name => name.Kind).HasConversion<short>();
        builder.HasIndex(name => name.GeonameId);
    }
}
