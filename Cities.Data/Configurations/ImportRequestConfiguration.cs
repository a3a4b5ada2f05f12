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
        // Importers look for what is not finished, which is little among all that was.
        builder.HasIndex(request => request.Id).HasFilter("finished_at IS NULL");
    }
}
