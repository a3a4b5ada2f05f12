using System.Net;
using System.Text.RegularExpressions;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>The page at / and its files, as they are sent; Cities.Browser.Tests use it.</summary>
public sealed partial class ExplorerTests(ApiFixture api)
{
    /// <summary>What a page may load, compressed, besides tiles.</summary>
    private const int Budget = 300_000;

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    public async Task The_page_may_load_nothing_from_elsewhere_and_runs_no_script_within_it(string path)
    {
        using var page = await api.Client.AskAsync(path);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(InlineCode(), html);
    }

    [Fact]
    public async Task The_page_its_scripts_and_the_outlines_are_sent_within_the_budget()
    {
        var html = await (await api.Client.AskAsync("/")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var paths = Loaded().Matches(html).Select(match => match.Groups["path"].Value)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "Cities.Api/wwwroot/explorer"), "*.js").Select(file => $"explorer/{Path.GetFileName(file)}"))
            .Append("index.html")
            .Append("lib/world-atlas/land-110m.json")
            .ToHashSet(StringComparer.Ordinal);
        Assert.Contains("lib/maplibre-gl/maplibre-gl.js", paths);

        var sent = 0;
        foreach (var path in paths)
        {
            using var response = await api.Client.AskAsync($"/{path}", ("Accept-Encoding", "br"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("br", response.Content.Headers.ContentEncoding.Single());
            sent += (await response.BytesAsync()).Length;
        }

        Assert.InRange(sent, 1, Budget);
    }

    [Fact]
    public async Task A_file_that_a_browser_has_is_not_sent_again()
    {
        const string path = "/lib/maplibre-gl/maplibre-gl.js";
        var etag = await api.Client.GetETagAsync(path);

        using var again = await api.Client.AskAsync(path, ("If-None-Match", etag));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("mapbox-gl-rtl-text")]
    [InlineData("maplibre-gl")]
    [InlineData("topojson-client")]
    [InlineData("world-atlas")]
    public async Task Libraries_come_with_their_licences(string library)
    {
        using var licence = await api.Client.AskAsync($"/lib/{library}/LICENSE.txt");

        Assert.Contains(
            "Copyright", await licence.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:""", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();

    [GeneratedRegex("""<(?:script|link)[^>]+(?:src|href)="(?<path>[^"]+)["']""")]
    private static partial Regex Loaded();
}
