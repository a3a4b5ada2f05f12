using Cities.Testing;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The Aspire dashboard of an application that <c>./run.sh</c> has started.</summary>
public sealed class DashboardTests(BrowserFixture browser)
{
    // In milliseconds: a machine that runs other suites at the same time is slow.
    private const float Patience = 60_000;

    [Fact]
    public async Task It_shows_all_resources_as_they_are_and_its_links_lead_to_the_map()
    {
        browser.Require();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "run.sh is for Linux.");
        await using var database = await browser.CreateDatabaseAsync();
        await using var script = await RunScript.StartAsync(new()
        {
            ["ConnectionStrings__citiesdb"] = database.ConnectionString,
            ["Database__Owned"] = "true",
        });
        await using var context = await browser.CreateContextAsync(Screen.Desktop);
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();

        await page.GotoAsync(script.Address("Dashboard").ToString());
        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Cities"));
        await ExpectAsync("citiesdb", "Running", database.Name);
        await ExpectAsync("importer", "Finished", "Cities.Importer.csproj");
        await ExpectAsync("import-requests", "Running", "serve");
        await ExpectAsync("api", "Running", "Map");

        await Row("importer").GetByRole(AriaRole.Button).Last.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Import another country" }).ClickAsync();
        var dialog = page.Locator("fluent-dialog");
        await dialog.Locator("input[type=text]").FillAsync("F1");
        await dialog.GetByText("Import", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("'F1' is not an ISO 3166-1 alpha-2 code");
        await dialog.GetByText("Cancel", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserTest.Screenshots, "DashboardTests.png") });

        await Row("importer").GetByRole(AriaRole.Button).Last.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Import now" }).ClickAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience));
        while (!script.Output.Contains("nothing to do", StringComparison.Ordinal))
            await Task.Delay(100, patience.Token);
        await ExpectAsync("importer", "Finished");
        // The console has each line of both runs once.
        Assert.Single(script.Output.Split('\n'), line => line.Contains("nothing to do", StringComparison.Ordinal));
        Assert.Equal(2, script.Output.Split('\n').Count(line => line.EndsWith("Migrating ...", StringComparison.Ordinal)));

        await page.GotoAsync(new Uri(script.Address("Dashboard"), "/traces").ToString());
        await Assertions.Expect(page.GetByText("importer: import").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserTest.Screenshots, "DashboardTests-traces.png") });

        await page.GoBackAsync();
        var map = await context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Map" }).ClickAsync());
        await Assertions.Expect(map.Locator("canvas.maplibregl-canvas")).ToBeVisibleAsync();
        Assert.Equal(script.Address("Map").ToString(), new Uri(map.Url).GetLeftPart(UriPartial.Path));

        ILocator Row(string name) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText(name, new() { Exact = true }) });

        async Task ExpectAsync(string name, params string[] texts)
        {
            foreach (var text in texts)
                await Assertions.Expect(Row(name)).ToContainTextAsync(text, new() { Timeout = Patience });
        }
    }
}
