using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_log");
        builder.Property(entry => entry.Action).HasConversion<string>();
        // The API sets it for its transaction, as the name that administration.actor() returns.
        builder.Property(entry => entry.Issuer)
            .HasDefaultValueSql("nullif(current_setting('cities.issuer', true), '')");
        // For the history of a city.
        builder.HasIndex(entry => new { entry.CityId, entry.Id });
    }
}
