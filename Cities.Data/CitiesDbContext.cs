using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Cities.Data;

/// <summary>The database: GeoNames places in PostGIS. Locations are in EPSG:4326, longitude before latitude.</summary>
/// <param name="options">The options, which <see cref="CitiesDataExtensions"/> configures.</param>
public sealed class CitiesDbContext(DbContextOptions<CitiesDbContext> options) : DbContext(options)
{
    /// <summary>Schema of the tables that the API writes to. The API only reads all other tables.</summary>
    public const string AdministrationSchema = "administration";

    /// <summary>Sequence of the ids of places that editors add.</summary>
    public const string LocalCityIds = "local_city_ids";

    /// <summary>Continents.</summary>
    public DbSet<Continent> Continents => Set<Continent>();

    /// <summary>Countries and dependent territories.</summary>
    public DbSet<Country> Countries => Set<Country>();

    /// <summary>First-order administrative divisions (admin1).</summary>
    public DbSet<Region> Regions => Set<Region>();

    /// <summary>Second-order administrative divisions (admin2).</summary>
    public DbSet<Subregion> Subregions => Set<Subregion>();

    /// <summary>Bounding boxes of countries, regions and subregions.</summary>
    public DbSet<BoundingBox> BoundingBoxes => Set<BoundingBox>();

    /// <summary>Populated places.</summary>
    public DbSet<City> Cities => Set<City>();

    /// <summary>Sections of populated places.</summary>
    public DbSet<District> Districts => Set<District>();

    /// <summary>Postal codes and the places that use them.</summary>
    public DbSet<PostalCode> PostalCodes => Set<PostalCode>();

    /// <summary>Time zones.</summary>
    public DbSet<TimeZoneOffsets> TimeZones => Set<TimeZoneOffsets>();

    /// <summary>Other names, links and codes of places.</summary>
    public DbSet<AlternativeName> AlternativeNames => Set<AlternativeName>();

    /// <summary>The history of imports.</summary>
    public DbSet<ImportRun> ImportRuns => Set<ImportRun>();

    /// <summary>The corrections that editors made to cities, and the places that they added.</summary>
    public DbSet<CityCorrection> CityCorrections => Set<CityCorrection>();

    /// <summary>The names that editors added.</summary>
    public DbSet<LocalName> LocalNames => Set<LocalName>();

    /// <summary>The changes that editors made.</summary>
    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();

    /// <summary>The keys of API clients.</summary>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <summary>The imports that administrators requested.</summary>
    public DbSet<ImportRequest> ImportRequests => Set<ImportRequest>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("postgis");
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.HasPostgresExtension("unaccent");
        modelBuilder.HasSequence<int>(LocalCityIds, AdministrationSchema).StartsAt(CityCorrection.FirstLocalId);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CitiesDbContext).Assembly);
    }
}
