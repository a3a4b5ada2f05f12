using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class LocalNameConfiguration : IEntityTypeConfiguration<LocalName>
{
    public void Configure(EntityTypeBuilder<LocalName> builder)
    {
        builder.ToTable(
            "local_names",
            CitiesDbContext.AdministrationSchema,
            table => table.HasTrigger("apply_local_name"));
        builder.Property(name => name.Id)
            .UseIdentityAlwaysColumn()
            .HasIdentityOptions(startValue: CityCorrection.FirstLocalId);
        builder.Property(name => name.AddedBy).ValueGeneratedOnAdd();
        builder.Property(name => name.AddedAt).ValueGeneratedOnAdd();
        builder.HasIndex(name => name.CityId);
    }
}
