using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class ImportRequestConfiguration : IEntityTypeConfiguration<ImportRequest>
{
    public void Configure(EntityTypeBuilder<ImportRequest> builder)
    {
        builder.ToTable("import_requests", CitiesDbContext.AdministrationSchema);
        builder.Property(request => request.Operation).HasConversion<string>();
        builder.Property(request => request.State).HasConversion<string>();
        // For importers, which look for the few unfinished requests among all.
        builder.HasIndex(request => request.Id).HasFilter("finished_at IS NULL");
    }
}
