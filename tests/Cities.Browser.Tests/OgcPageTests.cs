using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The pages of OGC API – Features.</summary>
public sealed class OgcPageTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task The_landing_page_leads_to_a_feature_on_a_map()
    {
        var page = await OpenAsync("/ogc");
        await page.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "The collections" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cities", Exact = true }).Last.ClickAsync();
        await page.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cities", Exact = true }).Last.ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(10);
        await MapIsDrawnAsync(page);
        await page.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Previous page" })).ToBeVisibleAsync();
        await page.Locator("tbody a").First.ClickAsync();
        await Assertions.Expect(page.Locator("dl")).ToContainTextAsync("population");
        await MapIsDrawnAsync(page);
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Features_are_readable_on_a_phone_in_the_dark()
    {
        var page = await OpenAsync("/ogc/collections/cities/items?sortby=-population", Screen.Phone.Dark());
        await MapIsDrawnAsync(page);

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Schemas_and_the_conformance_declaration_are_readable()
    {
        foreach (var path in new[] { "/ogc/conformance", "/ogc/collections/cities/queryables", "/ogc/collections/cities/items/2643743" })
        {
            var page = await OpenAsync(path, path.EndsWith("queryables", StringComparison.Ordinal) ? Screen.Phone : null);
            if (path.Contains("items", StringComparison.Ordinal))
                await MapIsDrawnAsync(page);
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            await page.AssertAccessibleAsync();
        }
    }

    private static Task MapIsDrawnAsync(IPage page) =>
        Assertions.Expect(page.Locator("#map")).Not.ToHaveAttributeAsync("aria-busy", "true");
}
