using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cities.Data.Configurations;

internal sealed class AlternativeNameConfiguration : IEntityTypeConfiguration<AlternativeName>
{
    private static readonly short[] Searched =
    [
        (short)AlternativeNameKind.Name, (short)AlternativeNameKind.Abbreviation, (short)AlternativeNameKind.Listed,
    ];

    public void Configure(EntityTypeBuilder<AlternativeName> builder)
    {
        builder.Property(name => name.Id).ValueGeneratedNever();
        builder.Property(name => name.Kind).HasConversion<short>();
        builder.Property(name => name.SearchText)
            .HasComputedColumnSql(
                $"CASE WHEN kind IN ({string.Join(", ", Searched)}) THEN search_text(name) END", stored: true);
        builder.HasIndex(name => name.GeonameId);
        // For searches by names and their beginnings, and by names with typing errors.
        builder.HasIndex(name => new { name.SearchText, name.GeonameId }).UseCollation("C");
        builder.HasIndex(name => name.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}
