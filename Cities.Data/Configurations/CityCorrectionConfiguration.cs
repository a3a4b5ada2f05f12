using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class CityCorrectionConfiguration : IEntityTypeConfiguration<CityCorrection>
{
    public void Configure(EntityTypeBuilder<CityCorrection> builder)
    {
        // No foreign key to cities: a correction remains when GeoNames removes its city, because GeoNames may restore
        // the city.
        builder.ToTable(
            "city_corrections",
            CitiesDbContext.AdministrationSchema,
            table =>
            {
                table.HasTrigger("check_city_correction");
                table.HasTrigger("apply_city_correction");
            });
        builder.HasKey(correction => correction.CityId);
        builder.Property(correction => correction.CityId).ValueGeneratedNever();
        builder.Property(correction => correction.GeoNames).HasColumnName("geonames");
        builder.Property(correction => correction.ChangedBy).ValueGeneratedOnAddOrUpdate();
        builder.Property(correction => correction.ChangedAt).ValueGeneratedOnAddOrUpdate();
    }
}
