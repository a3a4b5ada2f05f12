using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class PostalCodeConfiguration : IEntityTypeConfiguration<PostalCode>
{
    public void Configure(EntityTypeBuilder<PostalCode> builder)
    {
        builder.Property(postalCode => postalCode.Id).ValueGeneratedNever();
        builder.Property(postalCode => postalCode.Location).HasColumnType("geometry(Point, 4326)");
        // The migrations create the index of the location as a geography, and the indexes of codes and names of places
        // in the form in which they are compared.
        // For lists of a country, in the order of ids.
        builder.HasIndex(postalCode => new { postalCode.CountryId, postalCode.Id });
        builder.HasOne(postalCode => postalCode.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(postalCode => postalCode.Region).WithMany().OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(postalCode => postalCode.Subregion).WithMany().OnDelete(DeleteBehavior.SetNull);
    }
}
