using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class ImportRequestConfiguration : IEntityTypeConfiguration<ImportRequest>
{
    public void Configure(EntityTypeBuilder<ImportRequest> builder)
    {
        builder.ToTable(
            "import_requests",
            CitiesDbContext.AdministrationSchema,
            table =>
            {
                table.HasTrigger("cancel_import_request");
                // An importer cannot read a request for another operation, and would stop at it.
                table.HasCheckConstraint("ck_import_requests_operation", "operation IN ('Import', 'Update')");
            });
        // The API's role cannot set these columns.
        builder.Property(request => request.RequestedBy).HasDefaultValueSql("administration.actor()");
        builder.Property(request => request.RequestedAt).HasDefaultValueSql("now()");
        builder.Property(request => request.State).HasDefaultValueSql("'Queued'");
        builder.Property(request => request.Operation).HasConversion<string>();
        builder.Property(request => request.State).HasConversion<string>();
        // For importers, which look for the few unfinished requests among all.
        builder.HasIndex(request => request.Id).HasFilter("finished_at IS NULL");
    }
}
