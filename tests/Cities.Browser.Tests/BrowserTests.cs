namespace Cities.Browser.Tests;

/// <summary>What the other tests rely on: that the browser can draw, and that nothing escapes them.</summary>
public sealed class BrowserTests(BrowserFixture browser) : BrowserTest(browser)
{
    // A page without a policy of its own, which may try whatever it likes.
    private const string Path = "/alive";

    [Fact]
    public async Task WebGL_draws()
    {
        var page = await OpenAsync(Path);
        var colour = await page.EvaluateAsync<int[]>(
            """
            () => {
              const gl = document.createElement('canvas').getContext('webgl2');
              gl.clearColor(0.2, 0.4, 0.6, 1);
              gl.clear(gl.COLOR_BUFFER_BIT);
              const pixel = new Uint8Array(4);
              gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
              return [...pixel];
            }
            """);
        Assert.Equal([51, 102, 153, 255], colour);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_page_is_seen()
    {
        (string Script, string Problem, string About)[] wrongs =
        [
            ("fetch('https://example.org/page').catch(() => {})", "Request to another host", "https://example.org/page"),
            ("fetch('http://127.0.0.1:9/').catch(() => {})", "Request to another host", "http://127.0.0.1:9/"),
            ("new Image().src = 'https://example.org/image'", "Request to another host", "https://example.org/image"),
            (
                "new Worker(URL.createObjectURL(new Blob([\"fetch('https://example.org/worker').catch(() => {})\"])))",
                "Request to another host",
                "https://example.org/worker"),
            ("new WebSocket('wss://example.org/socket')", "Web socket", "wss://example.org/socket"),
            ("fetch('/nowhere')", "Error in the console", "/nowhere"),
            ("console.error('said')", "Error in the console", "said"),
            ("setTimeout(() => { throw new Error('thrown') })", "Exception", "thrown"),
        ];
        var page = await OpenAsync(Path);
        foreach (var (script, problem, about) in wrongs)
        {
            // Chromium says that something has not loaded as well, in words of its own.
            ExpectProblem(about);
            await page.EvaluateAsync($"() => {{ {script} }}");
            await WaitForAsync(() => Problems.Any(each =>
                each.StartsWith(problem, StringComparison.Ordinal) && each.Contains(about, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Phones_have_a_narrow_screen_touch_and_dark_colours_if_asked_for()
    {
        var page = await OpenAsync(Path, Screen.Phone.Dark());
        Assert.True(await page.EvaluateAsync<bool>(
            "() => screen.width === 390 && matchMedia('(pointer: coarse) and (prefers-color-scheme: dark)').matches && 'ontouchstart' in window"));
    }

    [Fact]
    public async Task An_inaccessible_page_is_told_what_is_wrong_with_it()
    {
        var page = await OpenAsync(Path);
        await page.SetContentAsync("""<html lang="en"><title>A page</title><main><h1>A page</h1></main></html>""");
        await page.AssertAccessibleAsync();

        await page.SetContentAsync("""<html lang="en"><title>A page</title><main><h1>A page</h1><img src="data:,"></main></html>""");
        var failure = await Assert.ThrowsAnyAsync<Exception>(page.AssertAccessibleAsync);
        Assert.Contains("image-alt (critical): Images must have alternative text", failure.Message, StringComparison.Ordinal);
        Assert.Contains("""<img src="data:,">""", failure.Message, StringComparison.Ordinal);
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
            await Task.Delay(20, patience.Token);
    }
}
