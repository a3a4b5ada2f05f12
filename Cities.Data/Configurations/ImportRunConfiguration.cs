using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class ImportRunConfiguration : IEntityTypeConfiguration<ImportRun>
{
    public void Configure(EntityTypeBuilder<ImportRun> builder)
    {
        builder.Property(run => run.Operation).HasConversion<string>();
        builder.Property(run => run.Outcome).HasConversion<string>();
        builder.OwnsMany(run => run.Files, files => files.ToJson());
        builder.OwnsMany(run => run.Tables, tables => tables.ToJson());
        builder.OwnsMany(run => run.Rejects, rejects => rejects.ToJson());
    }
}
