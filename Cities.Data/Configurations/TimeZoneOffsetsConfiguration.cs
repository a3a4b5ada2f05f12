using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class TimeZoneOffsetsConfiguration : IEntityTypeConfiguration<TimeZoneOffsets>
{
    public void Configure(EntityTypeBuilder<TimeZoneOffsets> builder)
    {
        builder.Property(timeZone => timeZone.Id).ValueGeneratedNever();
        builder.HasOne(timeZone => timeZone.Country).WithMany().OnDelete(DeleteBehavior.Restrict);
    }
}
