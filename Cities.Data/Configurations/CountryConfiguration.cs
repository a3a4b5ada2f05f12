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
        builder.Property(country => country.SearchText).HasComputedColumnSql("search_text(name)", stored: true);
        // For searches by names and their beginnings.
        builder.HasIndex(country => new { country.SearchText, country.Id }).UseCollation("C");
        builder.HasIndex(country => country.Code).IsUnique();
        builder.HasOne(country => country.Continent).WithMany().OnDelete(DeleteBehavior.Restrict);
    }
}
