using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Cities.Testing;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>
/// A test that looks at pages of the API in a browser. At its end it leaves a picture of each page in
/// <c>artifacts/screenshots</c>, and fails where one has reported an error, has failed to load something, or has asked
/// another host for anything.
/// </summary>
public abstract partial class BrowserTest(BrowserFixture browser) : IAsyncLifetime
{
    // In milliseconds: a machine that runs other suites at the same time is slow.
    private const float Patience = 60_000;

    /// <summary>Where the pictures are.</summary>
    internal static readonly string Screenshots = Path.Combine(
        Environment.GetEnvironmentVariable("CITIES_ARTIFACTS") is { Length: > 0 } folder ? folder : Path.Combine(Repository.Root, "artifacts"),
        "screenshots");

    private readonly List<IBrowserContext> _contexts = [];
    private readonly ConcurrentQueue<string> _problems = [];
    private readonly List<string> _expected = [];

    static BrowserTest() => Assertions.SetDefaultExpectTimeout(Patience);

    /// <summary>The API and what it answers from.</summary>
    protected BrowserFixture Browser => browser;

    /// <summary>Errors in the console, exceptions, requests that have failed or were for other hosts, as they were seen.</summary>
    protected IReadOnlyCollection<string> Problems => _problems;

    public ValueTask InitializeAsync()
    {
        browser.Require();
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a page with a profile of its own.</summary>
    /// <param name="path">A path of the API's.</param>
    /// <param name="screen">What it is looked at with; by default <see cref="Screen.Desktop"/>.</param>
    protected async Task<IPage> OpenAsync(string path, BrowserNewContextOptions? screen = null)
    {
        var context = await browser.CreateContextAsync(screen ?? Screen.Desktop);
        _contexts.Add(context);
        context.SetDefaultTimeout(Patience);
        Watch(context);
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>Expects a problem: without it, the test fails.</summary>
    /// <param name="part">A part of its text.</param>
    protected void ExpectProblem(string part) => _expected.Add(part);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var (number, page) in _contexts.SelectMany(context => context.Pages).Index())
        {
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Screenshots, $"{FileName()}{(number == 0 ? "" : $"-{number + 1}")}.png"),
            });
        }

        foreach (var context in _contexts)
            await context.DisposeAsync();
        foreach (var part in _expected)
            Assert.Contains(_problems, problem => problem.Contains(part, StringComparison.Ordinal));
        var unexpected = _problems.Where(problem => !_expected.Exists(part => problem.Contains(part, StringComparison.Ordinal)));
        Assert.True(!unexpected.Any(), string.Join('\n', unexpected));
    }

    private void Watch(IBrowserContext context)
    {
        context.Console += (_, message) =>
        {
            // Of a page that names no icon, the browser asks for one by itself, some time or never.
            if (message.Type == "error" && !message.Location.Contains("/favicon.ico", StringComparison.Ordinal))
                _problems.Enqueue($"Error in the console: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => _problems.Enqueue($"Exception: {error.Error}");
        context.Request += (_, request) =>
        {
            if (IsElsewhere(request.Url))
                _problems.Enqueue($"Request to another host: {request.Method} {request.Url}");
        };
        context.RequestFailed += (_, request) =>
        {
            // Aborted: the page itself has lost interest, as a map has in tiles that it has been moved from.
            if (request.Failure != "net::ERR_ABORTED" && !IsElsewhere(request.Url))
                _problems.Enqueue($"Request failed: {request.Method} {request.Url} ({request.Failure})");
        };
        context.Page += (_, page) => page.WebSocket += (_, socket) =>
            _problems.Enqueue($"Web socket, which the API has none of: {socket.Url}");
    }

    private bool IsElsewhere(string url) =>
        new Uri(url) is { Scheme: "http" or "https" } address && address.Authority != browser.Address.Authority;

    private static string FileName() => NotOfFileNames().Replace(
        TestContext.Current.Test!.TestDisplayName.Replace($"{typeof(BrowserTest).Namespace}.", "", StringComparison.Ordinal), "-").Trim('-');

    [GeneratedRegex("[^A-Za-z0-9._]+")]
    private static partial Regex NotOfFileNames();
}
