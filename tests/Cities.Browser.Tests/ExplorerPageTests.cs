using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The explorer at <c>/</c>, used as people use it.</summary>
[Collection(nameof(ExplorerPageTests))] // which counts cities, while editors would add some
public sealed partial class ExplorerPageTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const string England = "/#map=5.5/52/-1.5";
    private const string London = "/#map=8/51.5/-0.1&city=2643743";

    /// <summary>A view of the sea only: a click hits no city.</summary>
    private const string Sea = "/#map=8/49.6/-5.5";

    /// <summary>What a page may load, compressed, besides tiles.</summary>
    private const int Budget = 300_000;

    [Fact]
    public async Task The_map_shows_land_and_cities_from_our_own_tiles()
    {
        var page = await OpenAsync("about:blank");
        var tiles = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/tiles/cities/", StringComparison.Ordinal))
                tiles.Add(request.Url);
        };
        await page.GotoAsync(England);
        await IdleAsync(page);

        Assert.NotEmpty(tiles);
        var (water, land, cities) = (await ShareAsync(page, 215, 232, 243), await ShareAsync(page, 251, 250, 246), await ShareAsync(page, 79, 138, 173, 12));
        Assert.InRange(water, 0.1, 0.9);
        Assert.InRange(land, 0.1, 0.9);
        Assert.InRange(cities, 0.001, 0.3);
        await Assertions.Expect(page.GetByText("Land: Natural Earth")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Cities: GeoNames")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Suggestions_come_as_one_types_and_are_chosen_by_keyboard()
    {
        var page = await OpenAsync(England);
        var requests = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/api/v1/search", StringComparison.Ordinal))
                requests.Add(request.Url);
        };
        var query = page.GetByRole(AriaRole.Combobox, new() { Name = "Search cities" });
        await query.PressSequentiallyAsync("lond", new() { Delay = 10 });
        var first = page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option).First;
        await Assertions.Expect(first).ToContainTextAsync("London");
        // Not one for each letter.
        Assert.InRange(requests.Count, 1, 2);
        await Assertions.Expect(query).ToHaveAttributeAsync("aria-expanded", "true");
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync(Suggestions());
        await page.AssertAccessibleAsync();

        await query.PressAsync("ArrowDown");
        await Assertions.Expect(query).ToHaveAttributeAsync("aria-activedescendant", "suggestion-0");
        await Assertions.Expect(first).ToHaveAttributeAsync("aria-selected", "true");
        await query.PressAsync("Enter");
        await ExpectHeadingAsync(page, "London");
        await Assertions.Expect(page.GetByRole(AriaRole.Listbox)).ToBeHiddenAsync();
        Assert.Contains("city=2643743", page.Url, StringComparison.Ordinal);

        await query.FillAsync("manch");
        await Assertions.Expect(first).ToContainTextAsync("Manchester");
        await query.PressAsync("Escape");
        await Assertions.Expect(query).ToHaveAttributeAsync("aria-expanded", "false");
    }

    [Fact]
    public async Task A_district_is_suggested_with_its_city_and_leads_to_what_is_near()
    {
        var page = await OpenAsync(England);
        var name = await Browser.Database.ScalarAsync<string>(
            "SELECT name FROM districts WHERE city_id = 2643743 ORDER BY population DESC LIMIT 1");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search cities" }).FillAsync(name);

        await page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option)
            .Filter(new() { HasText = "London, England" }).First.ClickAsync();

        await Assertions.Expect(page.GetByText("The ten nearest")).ToBeVisibleAsync();
        Assert.Contains("point=", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_outdated_is_cancelled()
    {
        var page = await OpenAsync(England);
        var cancelled = new TaskCompletionSource<string>();
        page.RequestFailed += (_, request) => cancelled.TrySetResult(request.Url);
        await page.RouteAsync("**/api/v1/search?q=lon&**", async route =>
        {
            // For as long as the next one takes.
            await Task.WhenAny(cancelled.Task, Task.Delay(TimeSpan.FromSeconds(20)));
            await route.AbortAsync();
        });
        var query = page.GetByRole(AriaRole.Combobox, new() { Name = "Search cities" });
        await page.RunAndWaitForRequestAsync(() => query.FillAsync("lon"), request => request.Url.Contains("q=lon&", StringComparison.Ordinal));
        await query.FillAsync("leeds");

        await Assertions.Expect(page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option).First).ToContainTextAsync("Leeds");
        Assert.Contains("q=lon&", await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_in_the_language_that_is_chosen()
    {
        var page = await OpenAsync(London);
        await ExpectHeadingAsync(page, "London");

        await page.RunAndWaitForRequestAsync(
            () => page.GetByLabel("Names in").SelectOptionAsync("fr"), request => request.Url.EndsWith(".mvt?lang=fr", StringComparison.Ordinal));

        await ExpectHeadingAsync(page, "Londres");
        Assert.Contains("lang=fr", page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de", "4.5/47.5/14", 2761369, "Wien")]
    [InlineData("ja", "4.5/36/136", 1850147, "東京")]
    [InlineData("ar", "4.5/27/38", 360630, "القاهرة")]
    public async Task The_world_is_there_in_many_languages_on_any_screen(string language, string view, int city, string name)
    {
        foreach (var screen in new[] { Screen.Desktop, Screen.Desktop.Dark(), Screen.Phone, Screen.Phone.Dark() })
        {
            var page = await OpenAsync($"/#map={view}&lang={language}&city={city}", screen);
            await ExpectHeadingAsync(page, name);
            await IdleAsync(page);
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            await page.AssertAccessibleAsync();
            // What orders names from right to left is loaded for these alone.
            Assert.Equal(language == "ar" ? "loaded" : "deferred", await page.EvaluateAsync<string>("maplibregl.getRTLTextPluginStatus()"));
        }

        var world = await OpenAsync($"/#lang={language}");
        await IdleAsync(world);
        Assert.InRange(await ShareAsync(world, 79, 138, 173, 12), 0.001, 0.3);
    }

    [Fact]
    public async Task A_filter_counts_the_cities_in_all_and_in_view_and_shows_these_alone()
    {
        var page = await OpenAsync(England);
        var all = await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM cities");
        var large = await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE population BETWEEN 50000 AND 500000");
        var ofBritain = await Browser.Database.ScalarAsync<long>(
            "SELECT count(*) FROM cities WHERE population BETWEEN 50000 AND 500000 AND country_id = 2635167");
        var counts = page.Locator("#counts");
        await Assertions.Expect(counts).ToHaveTextAsync(CountsOf(all));

        await page.GetByLabel("Least population").SelectOptionAsync("50000");
        await page.RunAndWaitForRequestAsync(
            () => page.GetByLabel("Greatest population").SelectOptionAsync("500000"),
            request => request.Url.Contains(".mvt?minPopulation=50000&maxPopulation=500000", StringComparison.Ordinal));
        await Assertions.Expect(counts).ToHaveTextAsync(CountsOf(large));

        await page.GetByLabel("Country").SelectOptionAsync("GB");
        await Assertions.Expect(counts).ToHaveTextAsync(CountsOf(ofBritain));
        Assert.Contains("country=GB&least=50000&most=500000", page.Url, StringComparison.Ordinal);
        // Zoomed in, fewer are in view, and as many in all.
        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Assertions.Expect(counts).Not.ToHaveTextAsync($"{ofBritain} of {ofBritain} cities in view");
        await Assertions.Expect(counts).ToHaveTextAsync(CountsOf(ofBritain));
    }

    [Fact]
    public async Task A_click_tells_what_is_there_and_draws_the_ten_nearest_with_distances_and_bearings()
    {
        var page = await OpenAsync(Sea);
        await ClickAsync(page, 0.5, 0.5);

        await Assertions.Expect(page.Locator("#result p strong")).Not.ToBeEmptyAsync();
        var nearest = page.Locator("#result ol li");
        await Assertions.Expect(nearest).ToHaveCountAsync(10);
        foreach (var text in await nearest.AllInnerTextsAsync())
            Assert.Matches(DistanceAndBearing(), text);
        Assert.Contains("point=-5.", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all ten" }).ClickAsync();
        await IdleAsync(page);
        Assert.InRange(await ShareAsync(page, 179, 38, 30, 30), 0.001, 0.1);
        await page.AssertAccessibleAsync();

        var first = (await nearest.First.InnerTextAsync()).Split('\n')[0].Trim();
        await nearest.First.GetByRole(AriaRole.Button).ClickAsync();
        await ExpectHeadingAsync(page, new Regex($"^{Regex.Escape(first.Split(' ')[0])}"));
    }

    [Fact]
    public async Task A_long_press_on_a_phone_tells_what_is_there_even_on_a_city()
    {
        var page = await OpenAsync(London, Screen.Phone);
        await ExpectHeadingAsync(page, "London");
        await IdleAsync(page);
        var map = (await page.Locator("#map").BoundingBoxAsync())!;
        var session = await page.Context.NewCDPSessionAsync(page);
        var touch = new Dictionary<string, object>
        {
            ["type"] = "touchStart",
            ["touchPoints"] = new[] { new Dictionary<string, object> { ["x"] = map.X + (map.Width / 2), ["y"] = map.Y + (map.Height / 2) } },
        };
        await session.SendAsync("Input.dispatchTouchEvent", touch);
        await Assertions.Expect(page).ToHaveURLAsync(PointInUrl());
        await session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });

        await Assertions.Expect(page.Locator("#result ol li")).ToHaveCountAsync(10);
        Assert.Matches(PointInUrl(), page.Url);
    }

    [Fact]
    public async Task Cities_within_a_rectangle_are_counted_and_downloaded()
    {
        var page = await OpenAsync(England);
        await IdleAsync(page);
        var map = (await page.Locator("#map").BoundingBoxAsync())!;
        await page.GetByRole(AriaRole.Button, new() { Name = "Rectangle" }).ClickAsync();
        await page.Mouse.MoveAsync(map.X + (map.Width * 0.4f), map.Y + (map.Height * 0.3f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(map.X + (map.Width * 0.5f), map.Y + (map.Height * 0.5f), new() { Steps = 3 });
        await page.Mouse.MoveAsync(map.X + (map.Width * 0.65f), map.Y + (map.Height * 0.7f), new() { Steps = 3 });
        await page.Mouse.UpAsync();

        await ExpectHeadingAsync(page, CitiesWithin());
        var area = Area(page);
        Assert.Equal(4, area.Count);
        Assert.True(area.Max(corner => corner.Latitude) - area.Min(corner => corner.Latitude) > 1, page.Url);
        await AssertDownloadsAsync(page, area);
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Cities_within_a_polygon_are_counted_and_downloaded()
    {
        var page = await OpenAsync(England);
        await IdleAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Polygon" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Polygon" })).ToHaveAttributeAsync("aria-pressed", "true");
        foreach (var (x, y) in new[] { (0.4, 0.3), (0.65, 0.35), (0.6, 0.7) })
        {
            await ClickAsync(page, x, y);
            // Two clicks within half a second are a double click.
            await page.WaitForTimeoutAsync(600);
        }

        await page.Keyboard.PressAsync("Enter");

        await ExpectHeadingAsync(page, CitiesWithin());
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Polygon" })).ToHaveAttributeAsync("aria-pressed", "false");
        var area = Area(page);
        Assert.Equal(3, area.Count);
        await AssertDownloadsAsync(page, area);
    }

    [Fact]
    public async Task A_drawing_is_given_up_and_what_is_visible_is_an_area_without_a_mouse()
    {
        var page = await OpenAsync("/#map=9/51.5/-0.1");
        await IdleAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Polygon" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Polygon" })).ToHaveAttributeAsync("aria-pressed", "false");

        await page.GetByRole(AriaRole.Button, new() { Name = "What is visible" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await ExpectHeadingAsync(page, CitiesWithin());

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Assertions.Expect(page.Locator("#result")).ToBeEmptyAsync();
        Assert.DoesNotContain("area", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_of_a_city_has_its_facts_and_the_request_to_copy()
    {
        var page = await OpenAsync(London);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ExpectHeadingAsync(page, "London");
        var card = page.Locator("#result");
        var hour = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Europe/London")).ToString("HH:", CultureInfo.InvariantCulture);
        foreach (var fact in new[] { "England", "United Kingdom (GB)", "25 m", "Europe/London", hour, "51.50853, -0.12574", "2643743", "Londres", "Лондон" })
            await Assertions.Expect(card).ToContainTextAsync(fact);
        await Assertions.Expect(card).Not.ToContainTextAsync("Londinium");
        await page.AssertAccessibleAsync();

        await card.GetByRole(AriaRole.Button, new() { Name = "Copy coordinates" }).ClickAsync();
        Assert.Equal("51.50853, -0.12574", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await card.GetByText("The request of the API").ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        var curl = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        // The request is the one that gave the card: sent again, it gives London.
        var url = Curl().Match(curl).Groups["url"].Value;
        using var http = new HttpClient();
        var city = JsonNode.Parse(await http.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken))!;
        Assert.Equal("London", (string?)city["name"]);
        await card.GetByRole(AriaRole.Button, new() { Name = "Copy as C#" }).ClickAsync();
        var csharp = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains($"new Uri(\"{Browser.Address}\")", csharp, StringComparison.Ordinal);
        Assert.Contains($"GetFromJsonAsync<JsonNode>(\"{url[Browser.Address.ToString().Length..]}\")", csharp, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_reproduces_the_view_and_the_browser_goes_back_in_it()
    {
        var page = await OpenAsync(England);
        await IdleAsync(page);
        await page.GetByLabel("Least population").SelectOptionAsync("5000");
        await page.GetByLabel("Names in").SelectOptionAsync("ru");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search cities" }).FillAsync("London");
        await page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option).First.ClickAsync();
        await ExpectHeadingAsync(page, "Лондон");
        await IdleAsync(page);
        var address = page.Url;

        var other = await OpenAsync(address);
        await ExpectHeadingAsync(other, "Лондон");
        await IdleAsync(other);
        Assert.Equal("5000", await other.GetByLabel("Least population").InputValueAsync());
        Assert.Equal("ru", await other.GetByLabel("Names in").InputValueAsync());
        Assert.Equal(address, other.Url);
        await Assertions.Expect(other.Locator("#counts")).ToHaveTextAsync(await page.Locator("#counts").InnerTextAsync());

        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("#result")).ToBeEmptyAsync();
        await page.GoForwardAsync();
        await ExpectHeadingAsync(page, "Лондон");
    }

    [Fact]
    public async Task The_page_is_dark_or_light_as_the_system_is_or_as_chosen()
    {
        var page = await OpenAsync(England, Screen.Desktop.Dark());
        await IdleAsync(page);
        Assert.InRange(await ShareAsync(page, 15, 23, 32), 0.1, 0.9);
        await page.AssertAccessibleAsync();

        var theme = page.GetByRole(AriaRole.Button, new() { Name = "Theme: auto" });
        await theme.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" })).ToBeVisibleAsync();
        await IdleAsync(page);
        Assert.InRange(await ShareAsync(page, 215, 232, 243), 0.1, 0.9);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_everything_has_room()
    {
        var page = await OpenAsync(London, Screen.Phone);
        await ExpectHeadingAsync(page, "London");
        await IdleAsync(page);

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        var (map, panel) = (await page.Locator("#map").BoundingBoxAsync(), await page.Locator("#panel").BoundingBoxAsync());
        Assert.True(map!.Height > 250 && panel!.Height > 250 && panel.Y >= map.Y + map.Height, $"{map.Height} {panel!.Height}");
        foreach (var button in await page.Locator("button:visible").AllAsync())
            Assert.InRange((await button.BoundingBoxAsync())!.Height, 24, 200);
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task It_loads_within_the_budget()
    {
        var page = await OpenAsync("about:blank");
        var session = await page.Context.NewCDPSessionAsync(page);
        var (urls, sent) = (new Dictionary<string, string>(), 0.0);
        session.Event("Network.responseReceived").OnEvent += (_, message) =>
            urls[message!.Value.GetProperty("requestId").GetString()!] = message.Value.GetProperty("response").GetProperty("url").GetString()!;
        session.Event("Network.loadingFinished").OnEvent += (_, message) =>
        {
            if (urls.TryGetValue(message!.Value.GetProperty("requestId").GetString()!, out var url) && !url.Contains("/tiles/", StringComparison.Ordinal))
                sent += message.Value.GetProperty("encodedDataLength").GetDouble();
        };
        await session.SendAsync("Network.enable");
        await page.GotoAsync("/");
        await IdleAsync(page);
        await Assertions.Expect(page.Locator("#counts")).ToHaveTextAsync(CountsOf(await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM cities")));

        Assert.InRange(sent, 200_000, Budget);
    }

    [Fact]
    public async Task What_the_API_refuses_is_said()
    {
        ExpectProblem("404");
        var page = await OpenAsync("/#city=999999999");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not exist");
    }

    /// <summary>Waits until the map has drawn all that it has to.</summary>
    private static async Task IdleAsync(IPage page) =>
        await page.WaitForFunctionAsync("() => document.querySelector('.maplibregl-canvas') && !document.querySelector('#map').hasAttribute('aria-busy')");

    private static async Task ClickAsync(IPage page, double x, double y)
    {
        await IdleAsync(page);
        var map = (await page.Locator("#map").BoundingBoxAsync())!;
        await page.Mouse.ClickAsync((float)(map.X + (map.Width * x)), (float)(map.Y + (map.Height * y)));
    }

    private static Task ExpectHeadingAsync(IPage page, string text) =>
        Assertions.Expect(page.Locator("#result h2")).ToHaveTextAsync(text);

    private static Task ExpectHeadingAsync(IPage page, Regex text) =>
        Assertions.Expect(page.Locator("#result h2")).ToHaveTextAsync(text);

    /// <summary>The share of the map's pixels that have a colour, as it is seen.</summary>
    private static async Task<double> ShareAsync(IPage page, int red, int green, int blue, int tolerance = 2)
    {
        var picture = await page.Locator("#map").ScreenshotAsync();
        return await page.EvaluateAsync<double>(
            """
            async ([picture, colour, tolerance]) => {
              const bytes = Uint8Array.from(atob(picture), character => character.charCodeAt(0));
              const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
              const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
              context.drawImage(image, 0, 0);
              const { data } = context.getImageData(0, 0, image.width, image.height);
              let count = 0;
              for (let i = 0; i < data.length; i += 4) {
                if (colour.every((value, part) => Math.abs(data[i + part] - value) <= tolerance))
                  count++;
              }
              return count / (data.length / 4);
            }
            """,
            new object[] { Convert.ToBase64String(picture), new[] { red, green, blue }, tolerance });
    }

    private static List<(double Longitude, double Latitude)> Area(IPage page) =>
        [.. AreaInUrl().Match(page.Url).Groups["area"].Value.Split(';').Select(corner =>
        {
            var numbers = corner.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            return (numbers[0], numbers[1]);
        })];

    /// <summary>Asserts that the heading's number and both files are those of the cities that the database has there.</summary>
    private async Task AssertDownloadsAsync(IPage page, List<(double Longitude, double Latitude)> area)
    {
        var ring = string.Join(',', area.Append(area[0]).Select(corner => string.Create(CultureInfo.InvariantCulture, $"{corner.Longitude} {corner.Latitude}")));
        var expected = await Browser.Database.ScalarAsync<int[]>(
            $"SELECT array_agg(id ORDER BY id) FROM cities WHERE ST_Intersects(location, ST_GeomFromText('POLYGON(({ring}))', 4326))");
        Assert.True(expected.Length > 100, $"{expected.Length}");
        await ExpectHeadingAsync(page, $"{expected.Length.ToString("N0", CultureInfo.InvariantCulture)} cities within");

        var geoJson = JsonNode.Parse(await DownloadAsync("Download GeoJSON", "cities.geojson"))!;
        Assert.Equal("FeatureCollection", (string?)geoJson["type"]);
        Assert.Equal(expected, geoJson["features"]!.AsArray().Select(feature => (int)feature!["id"]!).Order());
        var csv = (await DownloadAsync("Download CSV", "cities.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,name,", csv[0], StringComparison.Ordinal);
        Assert.Equal(expected, csv[1..].Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).Order());

        async Task<string> DownloadAsync(string button, string name)
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync());
            Assert.Equal(name, download.SuggestedFilename);
            return await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        }
    }

    private static Regex CountsOf(long all) =>
        new($@"^[\d,]+ of {all.ToString("N0", CultureInfo.InvariantCulture)} cities in view$");

    [GeneratedRegex(@"^\d+ suggestions$")]
    private static partial Regex Suggestions();

    [GeneratedRegex(@"[\d.,]+ km, \d{1,3}° [NESW]{1,2}$")]
    private static partial Regex DistanceAndBearing();

    [GeneratedRegex("point=-?[0-9.]+,-?[0-9.]+")]
    private static partial Regex PointInUrl();

    [GeneratedRegex("area=(?<area>[^&]+)")]
    private static partial Regex AreaInUrl();

    [GeneratedRegex(@"^[\d,]+ cities within$")]
    private static partial Regex CitiesWithin();

    [GeneratedRegex("^curl '(?<url>[^']+)'$")]
    private static partial Regex Curl();
}
