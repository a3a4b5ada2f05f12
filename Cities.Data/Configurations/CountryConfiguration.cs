using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class CountryConfiguration : IEntityTypeConfiguration<Country>
{
    public void Configure(EntityTypeBuilder<Country> builder)
    {
        builder.Property(country => country.Id).ValueGeneratedNever();
        builder.Property(country => country.Slug).HasComputedColumnSql("slug(search_text(name), id)", stored: true);
        builder.HasIndex(country => country.Code).IsUnique();
        builder.HasOne(country => country.Continent).WithMany().OnDelete(DeleteBehavior.Restrict);
    }
}
