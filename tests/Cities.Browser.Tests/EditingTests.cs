using Cities.Data.Entities;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>The explorer, as those use it who have signed in.</summary>
[Collection(nameof(ExplorerPageTests))]
public sealed class EditingTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const int Oxford = 2640729;
    private const string City = "/#map=8/51.75/-1.26&city=2640729";
    private const string Sea = "/#map=8/49.6/-5.5&point=-5.5,49.6";

    [Fact]
    public async Task Who_signs_in_is_named_and_a_wrong_key_is_not_kept()
    {
        var page = await OpenAsync(City);
        await ExpectHeadingAsync(page, "Oxford");
        await SignInAsync(page, "cities_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        ExpectProblem("401");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('credential')"));

        await page.GetByLabel("API key or token").FillAsync(await KeyAsync(ApiRole.Editor));
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Corrections" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#result").GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.Locator("#result").GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_reader_has_nothing_to_edit_with()
    {
        var page = await OpenAsync(City);
        await SignInAsync(page, await KeyAsync(ApiRole.Reader));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        await ExpectHeadingAsync(page, "Oxford");

        await Assertions.Expect(page.Locator("#result").GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Corrections" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_editor_corrects_a_city_sees_it_among_the_corrections_and_takes_it_back()
    {
        var page = await OpenAsync(City);
        await SignInAsync(page, await KeyAsync(ApiRole.Editor));
        var card = page.Locator("#result");
        await card.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Elevation in metres").FillAsync("72");
        await page.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(card).ToContainTextAsync("72 m");
        await Assertions.Expect(card).ToContainTextAsync("GeoNames, corrected here");
        Assert.Equal(72, await Browser.Database.ScalarAsync<int>($"SELECT elevation FROM cities WHERE id = {Oxford}"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Corrections" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("elevation by key:");
        await page.AssertAccessibleAsync();
        await page.ReloadAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("GeoNames: not known");
        await page.GetByText("History").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("correct elevation: none → 72");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Elevation in metres")).ToHaveValueAsync("");
        await Assertions.Expect(card).Not.ToContainTextAsync("corrected here");
        Assert.Equal(0, await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM administration.city_corrections"));
    }

    [Fact]
    public async Task What_somebody_else_has_changed_meanwhile_is_not_written_over()
    {
        var page = await OpenAsync(City);
        await SignInAsync(page, await KeyAsync(ApiRole.Editor));
        await page.Locator("#result").GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Elevation in metres").FillAsync("73");
        await Browser.Database.ScalarAsync<int>($"UPDATE cities SET elevation = 74 WHERE id = {Oxford}; SELECT 1");
        try
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

            ExpectProblem("412");
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            Assert.Equal(74, await Browser.Database.ScalarAsync<int>($"SELECT elevation FROM cities WHERE id = {Oxford}"));
        }
        finally
        {
            await Browser.Database.ScalarAsync<int>($"UPDATE cities SET elevation = NULL WHERE id = {Oxford}; SELECT 1");
        }
    }

    [Fact]
    public async Task An_editor_adds_a_place_and_a_name_and_deletes_both()
    {
        var page = await OpenAsync(Sea);
        await SignInAsync(page, await KeyAsync(ApiRole.Editor));
        var card = page.Locator("#result");
        await card.GetByRole(AriaRole.Button, new() { Name = "Add a place" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Lyonesse");
        await page.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await ExpectHeadingAsync(page, "Lyonesse");
        await Assertions.Expect(card).ToContainTextAsync("Added here");

        await card.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Another name").FillAsync("Leonois");
        await page.GetByLabel("Language").FillAsync("fr");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add name" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("Leonois");

        await card.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Leonois" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).Not.ToContainTextAsync("Leonois (fr)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this place" }).ClickAsync();

        await Assertions.Expect(card).ToBeEmptyAsync();
        Assert.Equal(0, await Browser.Database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE id >= 2000000000"));
    }

    private Task<string> KeyAsync(ApiRole role) => Browser.Database.CreateKeyAsync(role);

    private static async Task SignInAsync(IPage page, string credential)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("API key or token").FillAsync(credential);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static Task ExpectHeadingAsync(IPage page, string text) =>
        Assertions.Expect(page.Locator("#result h2")).ToHaveTextAsync(text);
}
