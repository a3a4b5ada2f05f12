using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(key => key.Role).HasConversion<string>();
        builder.HasIndex(key => key.Name).IsUnique();
        // For the authentication of a key, which is found by its hash.
        builder.HasIndex(key => key.Hash).IsUnique();
    }
}
