using System.Globalization;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The page of imports.</summary>
public sealed class ImportsPageTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task It_shows_what_data_there_is_and_how_it_came_about()
    {
        var page = await OpenAsync("/imports.html");
        var cities = (await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM cities")).ToString("N0", CultureInfo.InvariantCulture);

        await Assertions.Expect(page.Locator("#data")).ToContainTextAsync(cities);
        await Assertions.Expect(page.Locator("#data")).ToContainTextAsync("the bundled sample");
        var runs = page.Locator("#runs tr");
        await Assertions.Expect(runs).ToHaveCountAsync(1);
        await Assertions.Expect(runs).ToContainTextAsync("succeeded");
        await Assertions.Expect(runs).ToContainTextAsync($"cities: +{cities}");
        await Assertions.Expect(page.Locator("#countries tr").First).ToContainTextAsync("United States");
        await page.AssertAccessibleAsync();

        await page.GetByLabel("Outcome").SelectOptionAsync("failed");
        await Assertions.Expect(runs).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "United Kingdom" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("#.*country=GB"));
    }

    [Fact]
    public async Task It_is_readable_on_a_phone_in_the_dark()
    {
        var page = await OpenAsync("/imports.html", Screen.Phone.Dark());
        await Assertions.Expect(page.Locator("#runs tr")).ToHaveCountAsync(1);

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await page.AssertAccessibleAsync();
    }
}
