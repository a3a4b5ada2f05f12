using Cities.Api.Tests;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;

[assembly: AssemblyFixture(typeof(WorldFixture))]

namespace Cities.Api.Tests;

/// <summary>
/// The API on made-up cities all over the world, more of them where geography is hard: around the antimeridian and the poles.
/// </summary>
public sealed class WorldFixture : IAsyncLifetime
{
    private static readonly GeometryFactory Wgs84 = new(new PrecisionModel(), 4326);
    private readonly ApiFixture _api = new();
    private TestDatabase? _database;

    public HttpClient Client { get; private set; } = null!;

    public TestDatabase Database => _database!;

    /// <summary>The cities as they were made.</summary>
    public IReadOnlyList<City> Cities { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await _api.InitializeAsync();
        _database = await _api.CreateMigratedDatabaseAsync();
        await using var context = _database.CreateContext();
        Fill(context);
        context.ImportRuns.Add(new ImportRun
        {
            Operation = ImportOperation.Import,
            Outcome = ImportOutcome.Succeeded,
            Source = "made up",
            Kinds = [],
            Countries = [],
            Fingerprint = "",
        });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        await _database.ScalarAsync<int>("ANALYZE; SELECT 1");
        Cities = await context.Cities.AsNoTracking().OrderBy(city => city.Id).ToListAsync(TestContext.Current.CancellationToken);
        Client = _api.CreateClient(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        await _api.DisposeAsync();
    }

    private static void Fill(Data.CitiesDbContext context)
    {
        context.Continents.Add(new Continent { Id = 1, Code = "EU", Name = "Europe" });
        foreach (var (id, code) in new[] { (11, "AA"), (12, "BB"), (13, "CC") })
        {
            context.Countries.Add(new Country
            {
                Id = id,
                Code = code,
                Code3 = code + "X",
                Name = $"Country {code}",
                ContinentId = 1,
                Languages = [],
                Neighbours = [],
            });
            context.Regions.Add(new Region { Id = id + 10, Code = "R1", Name = $"Region {code}", AsciiName = "", CountryId = id });
            context.Subregions.Add(new Subregion
            {
                Id = id + 20,
                Code = "S.1",
                Name = $"Subregion {code}",
                AsciiName = "",
                CountryId = id,
                RegionId = id + 10,
            });
        }

        var random = new Random(42);
        for (var id = 1000; id < 2500; id++)
        {
            var (longitude, latitude) = (id % 5) switch
            {
                0 => (random.NextDouble() < 0.5 ? 180 - (random.NextDouble() * 2) : -180 + (random.NextDouble() * 2), Latitude(random)),
                1 => ((random.NextDouble() * 360) - 180, 90 - (random.NextDouble() * 3)),
                2 => ((random.NextDouble() * 360) - 180, -90 + (random.NextDouble() * 3)),
                _ => ((random.NextDouble() * 360) - 180, Latitude(random)),
            };
            var country = 11 + (id % 3);
            context.Cities.Add(new City
            {
                Id = id,
                // Names and populations repeat, so that only the id tells their order.
                Name = $"Plåce {id % 97}",
                AsciiName = $"Place {id % 97}",
                FeatureCode = id % 7 == 0 ? "PPLA" : "PPL",
                CountryId = country,
                RegionId = id % 2 == 0 ? country + 10 : null,
                SubregionId = id % 4 == 0 ? country + 20 : null,
                Population = id % 50 * 1000,
                Timezone = id % 2 == 0 ? "Etc/UTC" : null,
                Location = Wgs84.CreatePoint(new Coordinate(Math.Round(longitude, 5), Math.Round(latitude, 5))),
            });
        }

        AddNamed(context, 5000, "Sankt Gallen", 75000, 9.37, 47.42, (1, "fr", "Saint-Gall", true), (2, "it", "San Gallo", false), (3, "de", "St. Gallen", false));
        AddNamed(context, 5001, "Genève", 200000, 6.15, 46.2, (4, "de", "Genf", false), (5, "de", "Genff", false), (6, "", "Calvinopolis", false));
        AddNamed(context, 5002, "Genova", 580000, 8.93, 44.41, (7, "en", "Genoa", false));
    }

    private static void AddNamed(
        Data.CitiesDbContext context, int id, string name, long population, double longitude, double latitude,
        params (int Id, string Language, string Name, bool IsPreferred)[] names)
    {
        context.Cities.Add(new City
        {
            Id = id,
            Name = name,
            AsciiName = name,
            FeatureCode = "PPLA",
            CountryId = 11,
            Population = population,
            Location = Wgs84.CreatePoint(new Coordinate(longitude, latitude)),
        });
        foreach (var each in names)
        {
            context.AlternativeNames.Add(new AlternativeName
            {
                Id = each.Id,
                GeonameId = id,
                Kind = AlternativeNameKind.Name,
                Language = each.Language == "" ? null : each.Language,
                Name = each.Name,
                IsPreferred = each.IsPreferred,
                IsHistoric = each.Name == "Genff",
            });
        }
    }

    /// <summary>As many on every part of the sphere.</summary>
    private static double Latitude(Random random) => double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1));
}
