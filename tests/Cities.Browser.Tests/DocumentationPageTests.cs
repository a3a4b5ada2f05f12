using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The pages to read the OpenAPI document in.</summary>
public sealed class DocumentationPageTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task Scalar_shows_the_operations()
    {
        var page = await OpenAsync("/scalar");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Cities", Exact = true, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("/api/v1/cities/").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Swagger_UI_shows_the_operations()
    {
        var page = await OpenAsync("/swagger/");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Cities" }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("/api/v1/cities/").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ReDoc_shows_the_operations_without_its_makers_logo()
    {
        var page = await OpenAsync("/redoc/");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Cities" }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("/api/v1/cities/").First).ToBeVisibleAsync();
    }
}
