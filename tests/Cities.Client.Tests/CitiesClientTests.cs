using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using Cities.Api.Tests;
using Cities.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.Client.Tests;

/// <summary>The client against the API, which it finds by service discovery.</summary>
public sealed class CitiesClientTests : IDisposable
{
    private const int London = 2643743;
    private readonly ApiFixture _api;
    private readonly ServedApi _served;
    private readonly ICitiesClient _cities;

    public CitiesClientTests(ApiFixture api)
    {
        _api = api;
        _served = new ServedApi(api);
        _cities = _served.CreateClient();
    }

    public void Dispose() => _served.Dispose();

    [Fact]
    public async Task There_is_a_method_for_each_operation_of_the_API_and_for_no_other()
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/openapi.json"), TestContext.Current.CancellationToken))!;

        var operations = document["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Value!["operationId"]}Async"));
        Assert.Equal(
            operations.Order(StringComparer.OrdinalIgnoreCase),
            typeof(ICitiesClient).GetMethods().Select(method => method.Name).Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_city_has_what_the_API_says_of_it()
    {
        var city = await _cities.GetCityAsync(London, fields: "name,region,location,population,featureCode", cancellationToken: Token);

        Assert.Equal((London, "London", "England", "PPLC"), (city.Id, city.Name, city.Region, city.FeatureCode));
        Assert.Equal((-0.12574, 51.50853), (city.Location!.Longitude, city.Location.Latitude));
        Assert.InRange(city.Population!.Value, 7_000_000, 10_000_000);
        Assert.Null(city.CountryCode);
    }

    [Fact]
    public async Task A_list_is_filtered_ordered_and_read_page_by_page()
    {
        var first = await _cities.ListCitiesAsync(
            region: "GB.ENG", minPopulation: 400_000, orderBy: "-population", limit: 3, fields: "name,population", cancellationToken: Token);
        var second = await _cities.ListCitiesAsync(
            region: "GB.ENG", minPopulation: 400_000, orderBy: "-population", limit: 3, offset: 3, fields: "name,population",
            cancellationToken: Token);

        Assert.True(first.Count > 3);
        Assert.Null(first.Previous);
        Assert.Equal("London", first.Results[0].Name);
        var populations = first.Results.Concat(second.Results).Select(city => city.Population!.Value).ToList();
        Assert.Equal(populations.OrderDescending(), populations);
        Assert.All(populations, population => Assert.True(population >= 400_000));
        Assert.Empty(first.Results.Select(city => city.Id).Intersect(second.Results.Select(city => city.Id)));
    }

    [Fact]
    public async Task A_list_is_read_to_its_end_by_cursors()
    {
        var ids = new List<long>();
        for (var after = ""; after is not null;)
        {
            var page = await _cities.ListCitiesAsync(minPopulation: 200_000, after: after, limit: 7, fields: "id", cancellationToken: Token);
            ids.AddRange(page.Results.Select(city => city.Id));
            after = page.Next is { } next ? HttpUtility.ParseQueryString(next.Query)["after"] : null;
        }

        var all = await _cities.ListCitiesAsync(minPopulation: 200_000, limit: 1000, fields: "id", cancellationToken: Token);
        Assert.True(ids.Count > 7);
        Assert.Equal(all.Results.Select(city => city.Id), ids);
    }

    [Fact]
    public async Task Cities_are_found_by_name_and_by_place()
    {
        var found = await _cities.SearchAsync("Manchestre", limit: 5, cancellationToken: Token);
        Assert.Contains("Manchester", found.Results.Select(city => city.Name));

        var nearest = await _cities.NearestCitiesAsync(51.5072, -0.1276, k: 5, fields: "name,distance", cancellationToken: Token);
        Assert.Equal(5, nearest.Results.Count);
        Assert.Equal("London", nearest.Results[0].Name);
        Assert.InRange(nearest.Results[0].Distance!.Value, 1, 1000);

        var there = await _cities.ReverseAsync(51.5072, -0.1276, cancellationToken: Token);
        Assert.Equal(London, there.Id);

        var within = await _cities.CitiesWithinAsync(
            Polygons.Of([-0.5, 51.3], [0.3, 51.3], [0.3, 51.7], [-0.5, 51.7], [-0.5, 51.3]),
            orderBy: "-population", limit: 10, cancellationToken: Token);
        Assert.Equal(London, within.Results[0].Id);

        var distance = await _cities.DistanceAsync($"{London}", "2643123", Token);
        Assert.InRange(distance.Distance, 255_000, 270_000);
    }

    [Fact]
    public async Task Countries_and_districts_have_what_the_API_says_of_them()
    {
        var country = await _cities.GetCountryAsync("GB", cancellationToken: Token);
        Assert.Equal(("United Kingdom", "826", "£"), (country.Name, country.NumericCode, country.CurrencySymbol));
        Assert.Equal(["IE"], country.Neighbours!);

        var districts = await _cities.ListDistrictsAsync(city: $"{London}", fields: "city,cityId", cancellationToken: Token);
        Assert.NotEmpty(districts.Results);
        Assert.All(districts.Results, district => Assert.Equal(("London", London), (district.City, district.CityId)));
    }

    [Fact]
    public async Task GeoJSON_is_read_by_the_HttpClient_behind_the_client()
    {
        var application = _served.CreateApplication(builder => builder.AddCitiesClient());
        using var http = application.Services.GetRequiredService<IHttpClientFactory>().CreateClient(CitiesClientExtensions.HttpClientName);

        var cities = await http.GetFromJsonAsync<CitiesFeatureCollection>("api/v1/cities?f=geojson&orderBy=-population&limit=2", Token);

        Assert.Equal((2, London), (cities!.Features.Count, cities.Features[0].Id));
        Assert.Equal("London", cities.Features[0].Properties.Name);
        Assert.Equal(-0.12574, cities.Features[0].Geometry!.Coordinates[0]);
        Assert.Contains("next", cities.Links!.Select(link => link.Rel));
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_of_status_404()
    {
        var unknown = await Assert.ThrowsAsync<CitiesApiException<ProblemDetails>>(() => _cities.GetCityAsync(1, cancellationToken: Token));
        Assert.Equal((404, 404), (unknown.StatusCode, unknown.Result.Status));

        await Assert.ThrowsAsync<CitiesApiException<ProblemDetails>>(() => _cities.ListDistrictsOfCityAsync(1, cancellationToken: Token));
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_a_problem_that_names_the_parameter()
    {
        var wrong = await Assert.ThrowsAsync<CitiesApiException<HttpValidationProblemDetails>>(
            () => _cities.ListCitiesAsync(limit: 0, cancellationToken: Token));

        Assert.Equal((400, 400), (wrong.StatusCode, wrong.Result.Status));
        Assert.NotEmpty(Assert.Contains("limit", wrong.Result.Errors!));
    }

    [Fact]
    public async Task The_client_calls_with_the_key_that_its_configuration_has()
    {
        var signedIn = _served.CreateApplication(builder =>
        {
            builder.Configuration[CitiesClientExtensions.ApiKeySetting] = _api.AdminKey;
            builder.AddCitiesClient();
        }).Services.GetRequiredService<ICitiesClient>();

        var caller = await signedIn.GetCallerAsync(Token);
        var refused = await Assert.ThrowsAsync<CitiesApiException<ProblemDetails>>(() => _cities.GetCallerAsync(Token));

        Assert.Equal(("key:admin", ApiRole.Admin), (caller.Name, caller.Role));
        Assert.Equal((401, 401), (refused.StatusCode, refused.Result.Status));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
