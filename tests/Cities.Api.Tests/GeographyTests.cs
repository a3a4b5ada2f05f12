using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Cities;
using Cities.Data.Entities;
using CsCheck;
using Microsoft.AspNetCore.Http;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace Cities.Api.Tests;

/// <summary>What is near or within, against answers computed one by one from the cities themselves.</summary>
public sealed class GeographyTests(WorldFixture world)
{
    private const int Samples = 40;

    /// <summary>Points anywhere, and often where geography is hard.</summary>
    private static readonly Gen<Coordinate> Points = Gen.Select(
        Gen.Frequency((3, Gen.Double[-180, 180]), (1, Gen.OneOfConst(-180.0, 180.0, 179.9, -179.9, 0))),
        Gen.Frequency((3, Gen.Double[-90, 90]), (1, Gen.OneOfConst(-90.0, 90.0, 89.9, -89.9, 0))),
        (longitude, latitude) => new Coordinate(Math.Round(longitude, 4), Math.Round(latitude, 4)));

    [Fact]
    public Task The_nearest_cities_are_those_that_measuring_each_finds() =>
        Gen.Select(Points, Gen.Int[1, 40]).SampleAsync(
            async (point, k) =>
            {
                var results = await ResultsAsync(FormattableString.Invariant($"/api/v1/cities/nearest?lat={point.Y}&lon={point.X}&k={k}"));
                AssertNearest(point, world.Cities, k, results);
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public Task Cities_within_a_radius_are_those_that_measuring_each_finds_whatever_else_is_asked_of_them() =>
        Gen.Select(Points, Gen.Double[1000, 9_000_000]).SampleAsync(
            async (point, radius) =>
            {
                var results = await ResultsAsync(FormattableString.Invariant(
                    $"/api/v1/cities?near={point.X},{point.Y}&radius={Math.Round(radius)}&country=AA,BB&minPopulation=1000&limit=1000&orderBy=distance"));
                var expected = world.Cities
                    .Where(city => city.CountryId < 13 && city.Population >= 1000)
                    .Where(city => Geodesic.Distance(point, city.Location.Coordinate) <= Math.Round(radius))
                    .ToList();
                AssertNearest(point, expected, expected.Count, results);
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public Task Nearest_among_those_that_meet_conditions_page_by_page() =>
        Points.SampleAsync(
            async point =>
            {
                var first = await ResultsAsync(FormattableString.Invariant(
                    $"/api/v1/cities?near={point.X},{point.Y}&featureCode=PPLA&limit=5&orderBy=distance"));
                var second = await ResultsAsync(FormattableString.Invariant(
                    $"/api/v1/cities?near={point.X},{point.Y}&featureCode=PPLA&limit=5&offset=5&orderBy=distance"));
                AssertNearest(point, world.Cities.Where(city => city.FeatureCode == "PPLA"), 10, [.. first, .. second]);
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public Task Reverse_tells_the_nearest_city_with_where_it_is() =>
        Points.SampleAsync(
            async point =>
            {
                var city = await world.Client.GetJsonAsync(FormattableString.Invariant($"/api/v1/reverse?lat={point.Y}&lon={point.X}&radius=20040000"));
                AssertNearest(point, world.Cities, 1, [city]);
                var expected = world.Cities.Single(each => each.Id == (int)city["id"]!);
                Assert.Equal($"Country {(string?)city["countryCode"]}", (string?)city["country"]);
                Assert.Equal(expected.Timezone, (string?)city["timezone"]);
                Assert.Equal(expected.RegionId is null, city["region"] is null);
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public async Task Reverse_can_be_limited_to_a_distance()
    {
        var city = world.Cities[0].Location;
        await world.Client.GetJsonAsync(FormattableString.Invariant($"/api/v1/reverse?lat={city.Y}&lon={city.X}&radius=1"));
        // Nobody lives within a metre of this place.
        await world.Client.GetProblemAsync("/api/v1/reverse?lat=12.34567&lon=45.67891&radius=1", HttpStatusCode.NotFound);
    }

    [Fact]
    public Task Reverse_far_from_any_city_tells_how_far_the_nearest_is() =>
        Points.SampleAsync(
            async point =>
            {
                var path = FormattableString.Invariant($"/api/v1/reverse?lat={point.Y}&lon={point.X}&fields=name");
                var nearest = world.Cities.Select(city => Geodesic.Distance(point, city.Location.Coordinate))
                    .Where(distance => !double.IsNaN(distance)).Min();
                if (nearest < 200_000)
                {
                    await world.Client.GetJsonAsync(path);
                    return;
                }

                var problem = await world.Client.GetProblemAsync(path, HttpStatusCode.NotFound);
                Assert.Equal(nearest, (double)problem["distance"]!, tolerance: 0.01);
                Assert.Contains("the radius is 200 km", (string?)problem["detail"], StringComparison.Ordinal);
                await world.Client.GetJsonAsync(FormattableString.Invariant($"{path}&radius={Math.Ceiling(nearest)}"));
            },
            iter: Samples,
            threads: 1);

    /// <summary>Maps that repeat the world send such longitudes.</summary>
    [Theory]
    [InlineData("cities/nearest?lat=-17&lon=181", "cities/nearest?lat=-17&lon=-179")]
    [InlineData("cities/nearest?lat=10&lon=-540", "cities/nearest?lat=10&lon=180")]
    [InlineData("postal-codes/nearest?lat=47&lon=369", "postal-codes/nearest?lat=47&lon=9")]
    [InlineData("reverse?lat=47.4&lon=-350.5", "reverse?lat=47.4&lon=9.5")]
    [InlineData("cities?near=181,-17&radius=2000000&limit=5", "cities?near=-179,-17&radius=2000000&limit=5")]
    [InlineData("districts?near=190,-17&orderBy=distance", "districts?near=-170,-17&orderBy=distance")]
    [InlineData("distance?from=190,10&to=-350.5,20", "distance?from=-170,10&to=9.5,20")]
    [InlineData("search?q=sankt&near=369,47", "search?q=sankt&near=9,47")]
    public async Task A_longitude_beyond_180_degrees_wraps_around_the_Earth(string path, string same)
    {
        var wrapped = await world.Client.GetJsonAsync($"/api/v1/{path}");
        var expected = await world.Client.GetJsonAsync($"/api/v1/{same}");

        Assert.Equal((expected["results"] ?? expected).ToJsonString(), (wrapped["results"] ?? wrapped).ToJsonString());
    }

    [Fact]
    public Task Cities_in_a_box_are_those_whose_coordinates_are_also_across_the_antimeridian() =>
        Gen.Select(Points, Points).SampleAsync(
            async (one, other) =>
            {
                var (south, north) = (Math.Min(one.Y, other.Y), Math.Max(one.Y, other.Y));
                var results = await ResultsAsync(FormattableString.Invariant(
                    $"/api/v1/cities?bbox={one.X},{south},{other.X},{north}&limit=1000&after="));
                var expected = world.Cities
                    .Where(city => city.Location.Y >= south && city.Location.Y <= north)
                    .Where(city => one.X <= other.X
                        ? city.Location.X >= one.X && city.Location.X <= other.X
                        : city.Location.X >= one.X || city.Location.X <= other.X)
                    .Select(city => city.Id).Take(1000);
                Assert.Equal(expected, results.Select(city => (int)city["id"]!));
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public Task Cities_within_a_polygon_are_those_that_it_covers() =>
        Gen.Select(Gen.Double[-100, 100], Gen.Double[-40, 40], Gen.Double[1, 49].Array[3, 12], Gen.Bool).SampleAsync(
            async (longitude, latitude, radii, isFeature) =>
            {
                // A star around a point, which is valid whatever its radii.
                var ring = radii.Select((radius, index) =>
                {
                    var (sin, cos) = Math.SinCos(2 * Math.PI * index / radii.Length);
                    return new Coordinate(longitude + (radius * cos), latitude + (radius * sin));
                }).ToList();
                ring.Add(ring[0]);
                var polygon = new GeometryFactory().CreatePolygon([.. ring]);

                var json = Polygon([.. ring]);
                var results = await WithinAsync(isFeature ? $$"""{"type":"Feature","properties":{},"geometry":{{json}}}""" : json);
                Assert.Equal(
                    world.Cities.Where(city => polygon.Covers(new Point(city.Location.Coordinate))).Select(city => city.Id),
                    results.Select(city => (int)city["id"]!));
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public async Task A_multipolygon_with_a_hole_leaves_out_what_is_in_the_hole()
    {
        var results = await WithinAsync(
            """
            {"type":"MultiPolygon","coordinates":[
              [[[-180,80],[180,80],[180,90],[-180,90],[-180,80]],[[-170,89],[170,89],[170,88.5],[-170,88.5],[-170,89]]],
              [[[0,0],[10,0],[10,10],[0,10],[0,0]]]]}
            """);

        Assert.Equal(
            world.Cities
                .Where(city => city.Location is { Y: >= 80 } and not { Y: > 88.5 and < 89, X: > -170 and < 170 }
                    or { X: >= 0 and <= 10, Y: >= 0 and <= 10 })
                .Select(city => city.Id),
            results.Select(city => (int)city["id"]!));
    }

    [Theory]
    [InlineData("nonsense", "is not JSON")]
    [InlineData("[]", "not a GeoJSON object")]
    [InlineData("""{"type":"Point","coordinates":[1,2]}""", "not a GeoJSON Polygon")]
    [InlineData("""{"type":"Polygon"}""", "no coordinates")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "no ring")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}""", "four positions")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1]]]}""", "first and last positions must be equal")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}""", "not valid: Self-intersection")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[0,91],[1,0],[0,0]]]}""", "latitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[["0","0"],[0,9],[1,0],[0,0]]]}""", "two numbers")]
    [InlineData("""{"type":"Polygon","coordinates":[0]}""", "nesting of the coordinates")]
    public async Task A_polygon_that_is_none_is_refused(string body, string problem)
    {
        using var response = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Contains(problem, (string)answer!["errors"]!["body"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_polygon_with_too_many_positions_is_refused()
    {
        var ring = Enumerable.Range(0, 10_001).Select(index => new Coordinate(Math.Cos(index / 1600.0), Math.Sin(index / 1600.0))).ToList();
        using var response = await PostAsync(Polygon([.. ring, ring[0]]));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    /// <summary>The envelopes of so many edges or rings overlap that a check would take seconds.</summary>
    [Theory]
    [InlineData("diagonal teeth")]
    [InlineData("few diagonal teeth")]
    [InlineData("triangles")]
    [InlineData("star")]
    [InlineData("concentric rings")]
    [InlineData("angles")]
    public async Task A_polygon_that_is_too_complex_to_check_is_refused(string shape)
    {
        var body = shape switch
        {
            "diagonal teeth" => Polygon(Comb(2496, slope: 20)),
            "few diagonal teeth" => Polygon(Comb(625, slope: 40)),
            "triangles" => MultiPolygon(2490, index => [(index * 0.02, 0), ((index * 0.02) + 40, 40), ((index * 0.02) + 40.01, 40)]),
            "star" => MultiPolygon(
                2400,
                index => [(0, 0), .. new[] { index, index + 0.5 }.Select(turn => Math.SinCos(turn * Math.Tau / 2400)).Select(at => (50 * at.Cos, 50 * at.Sin))]),
            "concentric rings" => MultiPolygon(1900, index => [(-80 + (index * 0.03), -80 + (index * 0.03)), (80, 0), (0, 80)]),
            _ => MultiPolygon(1400, index => Angle(index * 0.02)),
        };

        using var response = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Contains("too complex", (string)answer!["errors"]!["body"]![0]!, StringComparison.Ordinal);

        static (double X, double Y)[] Angle(double at) => [(at, at), (at, 50), (at + 0.01, 50), (at + 0.01, at + 0.01), (50, at + 0.01), (50, at)];
    }

    [Theory]
    [InlineData("coast")]
    [InlineData("upright teeth")]
    [InlineData("islands")]
    public async Task Polygons_of_ten_thousand_positions_find_the_cities_that_they_cover(string shape)
    {
        var body = shape switch
        {
            "coast" => Polygon([.. Enumerable.Range(0, 9999).Append(0).Select(index =>
            {
                var (sin, cos) = Math.SinCos(index * Math.Tau / 9999);
                var radius = 60 + (5 * Math.Sin(9 * index * Math.Tau / 9999)) + (0.5 * Math.Sin(400 * index * Math.Tau / 9999));
                return new Coordinate(2 * radius * cos, radius * sin);
            })]),
            "upright teeth" => Polygon(Comb(2496, slope: 0)),
            _ => MultiPolygon(2400, index =>
            {
                var (x, y) = (-170 + (index % 70 * 4.8), -80 + (index / 70 * 4.5));
                return [(x, y), (x + 4, y), (x + 2, y + 4)];
            }),
        };
        var context = new DefaultHttpContext { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } };
        var polygon = await GeoJsonPolygon.ReadAsync(context.Request, TestContext.Current.CancellationToken);
        var locator = new IndexedPointInAreaLocator(polygon);

        var results = await WithinAsync(body);

        var expected = world.Cities.Where(city => locator.Locate(city.Location.Coordinate) is not Location.Exterior)
            .Select(city => city.Id).Take(1000).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, results.Select(city => (int)city["id"]!));
    }

    [Fact]
    public async Task Cities_near_a_city_do_not_include_it()
    {
        var city = world.Cities[17];
        var results = await ResultsAsync($"/api/v1/cities/{city.Id}/nearby?k=7");

        AssertNearest(city.Location.Coordinate, world.Cities.Where(each => each != city), 7, results);
        Assert.Empty(await ResultsAsync($"/api/v1/cities/{city.Id}/nearby?radius=0"));
        await world.Client.GetProblemAsync("/api/v1/cities/1/nearby", HttpStatusCode.NotFound);
    }

    [Fact]
    public Task Distances_are_geodesic() =>
        Gen.Select(Points, Points).SampleAsync(
            async (from, to) =>
            {
                var expected = Geodesic.Distance(from, to);
                if (double.IsNaN(expected))
                    return;
                var measured = await world.Client.GetJsonAsync(FormattableString.Invariant($"/api/v1/distance?from={from.X},{from.Y}&to={to.X},{to.Y}"));
                Assert.Equal(expected, (double)measured["distance"]!, tolerance: 0.01);
            },
            iter: Samples,
            threads: 1);

    [Fact]
    public async Task Distances_are_between_cities_too_and_have_a_bearing()
    {
        var measured = await world.Client.GetJsonAsync("/api/v1/distance?from=5001&to=6.15,47.2");

        Assert.Equal(0, (double)measured["bearing"]!, tolerance: 0.001);
        Assert.Equal(111_170, (double)measured["distance"]!, tolerance: 20);
        await world.Client.GetProblemAsync("/api/v1/distance?from=1&to=5001", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/api/v1/cities/nearest?lat=51", "lon")]
    [InlineData("/api/v1/cities/nearest?lat=91&lon=0", "lat")]
    [InlineData("/api/v1/cities/nearest?lat=NaN&lon=0", "lat")]
    [InlineData("/api/v1/cities/nearest?lat=1&lon=-3600.5", "lon")]
    [InlineData("/api/v1/cities?near=1e9,1", "near")]
    [InlineData("/api/v1/cities/nearest?lat=1&lon=1&k=0", "k")]
    [InlineData("/api/v1/reverse?lon=1", "lat")]
    [InlineData("/api/v1/distance?from=1", "to")]
    [InlineData("/api/v1/distance?from=here&to=1", "from")]
    [InlineData("/api/v1/distance?from=1,91&to=1", "from")]
    [InlineData("/api/v1/cities?near=1", "near")]
    [InlineData("/api/v1/cities?near=1,NaN", "near")]
    [InlineData("/api/v1/cities?near=0,0&radius=-1", "radius")]
    [InlineData("/api/v1/cities?radius=1", "radius")]
    [InlineData("/api/v1/cities?orderBy=distance", "orderBy")]
    [InlineData("/api/v1/cities?fields=distance", "fields")]
    [InlineData("/api/v1/cities?bbox=1,2,3", "bbox")]
    [InlineData("/api/v1/cities?bbox=1,2,3,1", "bbox")]
    [InlineData("/api/v1/cities?bbox=1,2,x,4", "bbox")]
    // A box beyond ±180 degrees could be a part of the Earth or all around it.
    [InlineData("/api/v1/cities?bbox=1,2,181,4", "bbox")]
    public async Task A_bad_parameter_is_named(string path, string parameter)
    {
        var problem = await world.Client.GetProblemAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    private async Task<List<JsonNode>> ResultsAsync(string path) =>
        [.. (await world.Client.GetJsonAsync(path))["results"]!.AsArray().Select(result => result!)];

    private async Task<List<JsonNode>> WithinAsync(string body)
    {
        using var response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        return [.. page!["results"]!.AsArray().Select(result => result!)];
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/geo+json");
        return await world.Client.PostAsync(
            new Uri("/api/v1/cities/within?limit=1000", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    /// <summary>A comb whose teeth are 60 degrees high, and lean by <paramref name="slope"/> degrees of longitude.</summary>
    private static Coordinate[] Comb(int teeth, double slope)
    {
        var width = 60.0 / teeth;
        return
        [
            new(-1, -1),
            .. Enumerable.Range(0, teeth).Select(tooth => tooth * width).SelectMany(x => new Coordinate[]
            {
                new(x, 0), new(x + slope, 60), new(x + slope + (width * 0.3), 60), new(x + (width * 0.3), 0),
            }),
            new(70, -1),
            new(-1, -1),
        ];
    }

    private static string MultiPolygon(int count, Func<int, IReadOnlyList<(double X, double Y)>> ring) =>
        $$"""
        {"type":"MultiPolygon","coordinates":[{{string.Join(',', Enumerable.Range(0, count).Select(index =>
        {
            var points = ring(index);
            return $"[[{string.Join(',', points.Append(points[0]).Select(point => FormattableString.Invariant($"[{point.X:0.######},{point.Y:0.######}]")))}]]";
        }))}}]}
        """;

    private static string Polygon(Coordinate[] ring) =>
        $$"""{"type":"Polygon","coordinates":[[{{string.Join(',', ring.Select(point => FormattableString.Invariant($"[{point.X:R},{point.Y:R}]")))}}]]}""";

    /// <summary>Compares distances, since two cities may be equally far away to a hundredth of a metre.</summary>
    private static void AssertNearest(Coordinate point, IEnumerable<City> cities, int count, List<JsonNode> results)
    {
        var locations = cities.ToDictionary(city => city.Id, city => Geodesic.Distance(point, city.Location.Coordinate));
        var expected = locations.Values.Where(distance => !double.IsNaN(distance)).Order().Take(count).ToList();
        Assert.Equal(expected.Count, results.Count);
        Assert.Equal(results.Count, results.Select(result => (int)result["id"]!).Distinct().Count());
        foreach (var (distance, result) in expected.Zip(results))
        {
            Assert.Equal(distance, (double)result["distance"]!, tolerance: 0.01);
            Assert.Equal(distance, locations[(int)result["id"]!], tolerance: 0.01);
        }
    }
}
