using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Cities.Data;

/// <summary>The GeoNames world in PostGIS. Every location is EPSG:4326, longitude before latitude.</summary>
/// <param name="options">Options, configured by <see cref="CitiesDataExtensions"/>.</param>
public sealed class CitiesDbContext(DbContextOptions<CitiesDbContext> options) : DbContext(options)
{
    /// <summary>Continents.</summary>
    public DbSet<Continent> Continents => Set<Continent>();

    /// <summary>Countries and dependent territories.</summary>
    public DbSet<Country> Countries => Set<Country>();

    /// <summary>First-order administrative divisions (admin1).</summary>
    public DbSet<Region> Regions => Set<Region>();

    /// <summary>Second-order administrative divisions (admin2).</summary>
    public DbSet<Subregion> Subregions => Set<Subregion>();

    /// <summary>Populated places.</summary>
    public DbSet<City> Cities => Set<City>();

    /// <summary>Sections of populated places.</summary>
    public DbSet<District> Districts => Set<District>();

    /// <summary>Postal codes and the places that use them.</summary>
    public DbSet<PostalCode> PostalCodes => Set<PostalCode>();

    /// <summary>Other names, links and codes of places.</summary>
    public DbSet<AlternativeName> AlternativeNames => Set<AlternativeName>();

    /// <summary>The history of imports.</summary>
    public DbSet<ImportRun> ImportRuns => Set<ImportRun>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("postgis");
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CitiesDbContext).Assembly);
    }
}
