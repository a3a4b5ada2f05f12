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
                NumericCode = id == 11 ? 8 : 0,
                CurrencySymbol = id == 11 ? "¤" : null,
                Languages = id == 11 ? ["fr-AA", "rm"] : [],
                Neighbours = id == 11 ? ["BB"] : [],
                PostalCodeFormat = id == 13 ? "@#@ #@#|##### ##" : null,
            });
            context.Regions.Add(new Region { Id = id + 10, Code = "R1", Name = $"Region {code}", AsciiName = $"Region {code}", CountryId = id });
            context.Subregions.Add(new Subregion
            {
                Id = id + 20,
                Code = "S.1",
                Name = $"Subregion {code}",
                AsciiName = $"Subregion {code}",
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
                Location = Point(Math.Round(longitude, 5), Math.Round(latitude, 5)),
            });
        }

        AddNamed(context, 5000, "Sankt Gallen", 75000, 9.37, 47.42, (1, "fr", "Saint-Gall", true), (2, "it", "San Gallo", false), (3, "de", "St. Gallen", false));
        AddNamed(context, 5001, "Genève", 200000, 6.15, 46.2, (4, "de", "Genf", false), (5, "de", "Genff", false), (6, "", "Calvinopolis", false));
        AddNamed(context, 5002, "Genova", 580000, 8.93, 44.41, (7, "en", "Genoa", false));
        AddNamed(context, 5003, "Tookyoo", 9700000, 139.69, 35.69);
        AddNamed(context, 5004, "Sankt Gallen", 10, 9.45, 47.45);
        AddName(context, -7, 5003, "東京都", null, name => name.Kind = AlternativeNameKind.Listed);
        AddName(context, -8, 5003, "東京", null, name => name.Kind = AlternativeNameKind.Listed);
        AddName(context, 30, 5001, "Genua", "la", name => name.IsHistoric = true);
        AddName(context, 31, 5001, "Calvins Stadt", "gsw", name => name.IsColloquial = true);
        AddName(context, 32, 5001, "GE", "rm", name => name.IsShort = true);
        AddPlaces(context);
    }

    /// <summary>Districts, postal codes, and the names of the places that are not cities.</summary>
    private static void AddPlaces(Data.CitiesDbContext context)
    {
        AddName(context, 40, 1, "Europa", "rm");
        AddName(context, 41, 11, "Pays AA", "fr");
        AddName(context, 42, 21, "Regiun AA", "rm");
        AddName(context, 43, 21, "RA", null, name => name.Kind = AlternativeNameKind.Abbreviation);
        AddName(context, 44, 31, "Sous-région AA", "fr");
        AddName(context, 45, 6000, "Gallen d'en haut", "fr");
        context.Districts.Add(new District
        {
            Id = 6000,
            Name = "Öbergallen",
            AsciiName = "Obergallen",
            Code = "A3",
            CountryId = 11,
            RegionId = 21,
            SubregionId = 31,
            CityId = 5000,
            CityLink = DistrictCityLink.Hierarchy,
            Population = 900,
            Elevation = 700,
            Timezone = "Etc/UTC",
            ModifiedOn = new DateOnly(2024, 1, 31),
            Location = Point(9.38, 47.43),
        });
        context.Districts.Add(new District
        {
            Id = 6001,
            Name = "Lonely Quarter",
            AsciiName = "Lonely Quarter",
            CountryId = 12,
            Population = 50,
            Location = Point(-170, -17),
        });
        AddPostalCode(context, 1, 11, "Sankt Gallen", Point(9.36, 47.41));
        AddPostalCode(context, 2, 11, "SANKT GÄLLEN", Point(9.46, 47.46));
        // 27 km from the nearest.
        AddPostalCode(context, 3, 11, "Sankt Gallen", Point(9.81, 47.45));
        AddPostalCode(context, 4, 12, "Sankt Gallen", Point(9.37, 47.42));
        AddPostalCode(context, 5, 11, "Obergallen", Point(9.37, 47.42));
        AddPostalCode(context, 6, 11, "Sankt Gallen", null);
        AddPostalCode(context, 7, 13, "Northtown", null, "K1A");
        AddPostalCode(context, 8, 13, "Beverly Härbour", null, "902 10");
        AddPostalCode(context, 9, 13, "Beverly Harbour West", null, "90211");
        AddPostalCode(context, 10, 13, "Northtown", null, "K1B");
        AddPostalCode(context, 11, 13, "Northtown", null, "K1B 2C3");
    }

    private static void AddPostalCode(
        Data.CitiesDbContext context, long id, int country, string place, Point? location, string? code = null) =>
        context.PostalCodes.Add(new PostalCode { Id = id, CountryId = country, Code = code ?? $"{id}", PlaceName = place, Location = location });

    private static void AddName(
        Data.CitiesDbContext context, long id, int place, string name, string? language, Action<AlternativeName>? set = null)
    {
        var added = new AlternativeName { Id = id, GeonameId = place, Kind = AlternativeNameKind.Name, Language = language, Name = name };
        set?.Invoke(added);
        context.AlternativeNames.Add(added);
    }

    private static Point Point(double longitude, double latitude) => Wgs84.CreatePoint(new Coordinate(longitude, latitude));

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
            Location = Point(longitude, latitude),
        });
        foreach (var each in names)
        {
            AddName(context, each.Id, id, each.Name, each.Language == "" ? null : each.Language, name =>
            {
                name.IsPreferred = each.IsPreferred;
                name.IsHistoric = each.Name == "Genff";
            });
        }
    }

    /// <summary>As many on every part of the sphere.</summary>
    private static double Latitude(Random random) => double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1));
}
