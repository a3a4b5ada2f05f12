using System.Net;
using System.Text;
using Cities.Importer.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cities.Importer.Tests;

/// <summary>The download cache, against a server on loopback that misbehaves in all the ways that servers do.</summary>
public sealed class HttpSourceTests : IAsyncLifetime
{
    private const string Name = "dump/GB.zip";

    private readonly string _cache = Directory.CreateTempSubdirectory("cities-cache-").FullName;
    private readonly List<string> _requests = [];
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private WebApplication _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context =>
        {
            var headers = context.Request.Headers;
            _requests.Add(string.Join(' ', new[]
            {
                context.Request.Path.Value, headers.IfNoneMatch.ToString(), headers.Range.ToString(), headers.IfRange.ToString(),
            }.Where(part => part?.Length > 0)));
            return _answer(context);
        });
        await _server.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task A_file_is_downloaded_once_and_then_only_when_it_has_changed()
    {
        Serve("first", "\"1\"");
        Assert.Equal("first", await ReadAsync());

        Assert.Equal("first", await ReadAsync());
        Serve("second", "\"2\"");
        Assert.Equal("second", await ReadAsync());

        Assert.Equal(["/export/dump/GB.zip", "/export/dump/GB.zip \"1\"", "/export/dump/GB.zip \"1\""], _requests);
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_ended()
    {
        _answer = async context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Headers.Range.Count == 0)
            {
                await BreakOffAsync(context, "01234", length: 10);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = "bytes 5-9/10";
            context.Response.ContentLength = 5;
            await context.Response.WriteAsync("56789", Cancellation);
        };

        Assert.Equal("0123456789", await ReadAsync());
        Assert.Equal("/export/dump/GB.zip", _requests[0]);
        Assert.Equal("/export/dump/GB.zip bytes=5- \"1\"", _requests[^1]);
        Assert.Equal(["GB.zip", "GB.zip.http.json"], Cached());
    }

    [Fact]
    public async Task A_file_that_changed_while_its_download_was_broken_off_is_downloaded_anew()
    {
        _answer = async context =>
        {
            if (context.Request.Headers.Range.Count == 0)
            {
                context.Response.Headers.ETag = "\"1\"";
                await BreakOffAsync(context, "old", length: 10);
                return;
            }

            // The If-Range that came along does not hold any more: the whole file is sent.
            context.Response.Headers.ETag = "\"2\"";
            await context.Response.WriteAsync("new", Cancellation);
        };

        Assert.Equal("new", await ReadAsync());
    }

    [Fact]
    public async Task A_range_that_nobody_asked_for_is_not_taken_for_the_file()
    {
        _answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = "bytes 5-9/10";
            return context.Response.WriteAsync("56789", Cancellation);
        };

        var exception = await Assert.ThrowsAsync<SourceUnreachableException>(ReadAsync);
        Assert.Contains("a range that was not requested", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Cached());
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_server_in_trouble_is_asked_again_three_times_and_no_more(HttpStatusCode status)
    {
        Fail(status);
        var exception = await Assert.ThrowsAsync<SourceUnreachableException>(ReadAsync);

        Assert.Equal(ExitCode.SourceUnavailable, exception.ExitCode);
        Assert.Contains("dump/GB.zip is not cached", exception.Message, StringComparison.Ordinal);
        Assert.Equal(4, _requests.Count);
        Assert.Empty(Cached());
    }

    [Fact]
    public async Task What_is_cached_serves_while_the_server_is_away()
    {
        Serve("cached", "\"1\"");
        await ReadAsync();

        Fail(HttpStatusCode.BadGateway);
        Assert.Equal("cached", await ReadAsync());
        await _server.StopAsync(Cancellation);
        Assert.Equal("cached", await ReadAsync());
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_named_and_not_asked_for_again()
    {
        Fail(HttpStatusCode.NotFound);
        var exception = await Assert.ThrowsAsync<SourceFileMissingException>(ReadAsync);

        Assert.Contains("/export/dump/GB.zip does not exist", exception.Message, StringComparison.Ordinal);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_server_that_stalls_is_given_up_on()
    {
        _answer = async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("0", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        };

        var exception = await Assert.ThrowsAsync<SourceUnreachableException>(ReadAsync);
        Assert.Contains("no data was received for", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_is_cancelled_at_once()
    {
        _answer = context => Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        using var source = Source();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.OpenAsync(Name, cancellation.Token));
        Assert.Single(_requests);
    }

    private HttpSource Source() => new(
        new Uri(_server.Urls.Single() + "/export"),
        _cache,
        NullLogger.Instance,
        retryDelay: TimeSpan.FromMilliseconds(10),
        stallTimeout: TimeSpan.FromSeconds(1));

    private async Task<string> ReadAsync()
    {
        using var source = Source();
        using var file = await source.OpenAsync(Name, Cancellation);
        using var reader = new StreamReader(file.OpenText(), Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>Sends the beginning of an answer, leaves the client time to take it, and breaks the connection.</summary>
    private static async Task BreakOffAsync(HttpContext context, string beginning, long length)
    {
        context.Response.ContentLength = length;
        await context.Response.WriteAsync(beginning, Cancellation);
        await context.Response.Body.FlushAsync(Cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
        context.Abort();
    }

    private void Serve(string content, string tag) => _answer = context =>
    {
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch != tag)
            return context.Response.WriteAsync(content, Cancellation);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    };

    private void Fail(HttpStatusCode status) => _answer = context =>
    {
        context.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    };

    private IEnumerable<string> Cached() =>
        Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order();
}
