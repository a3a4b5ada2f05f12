using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private const int MaximumSize = 100_000;
    private const string Name = "dump/timeZones.txt";

    private readonly string _cache = Directory.CreateTempSubdirectory("cities-cache-").FullName;
    private readonly List<string> _requests = [];
    private readonly X509Certificate2 _certificate = CreateCertificate();
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private WebApplication _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate));
        });
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
        _certificate.Dispose();
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

        Assert.Equal([$"/export/{Name}", $"/export/{Name} \"1\"", $"/export/{Name} \"1\""], _requests);
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
        Assert.Equal($"/export/{Name}", _requests[0]);
        Assert.Equal($"/export/{Name} bytes=5- \"1\"", _requests[^1]);
        Assert.Equal(["timeZones.txt", "timeZones.txt.http.json"], Cached());
    }

    [Fact]
    public async Task A_file_that_changed_while_its_download_was_broken_off_is_downloaded_again()
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
        Assert.Contains($"{Name} is not cached", exception.Message, StringComparison.Ordinal);
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

        Assert.Contains($"/export/{Name} does not exist", exception.Message, StringComparison.Ordinal);
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

    [Fact]
    public async Task A_file_that_says_that_it_is_too_large_is_not_downloaded()
    {
        _answer = context =>
        {
            context.Response.ContentLength = MaximumSize + 1;
            return context.Response.WriteAsync(new string('x', MaximumSize + 1), Cancellation);
        };

        await AssertTooLargeAsync();
    }

    [Fact]
    public async Task A_file_without_an_end_is_given_up_on_at_the_maximum_size()
    {
        _answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(new string('x', 1000), context.RequestAborted);
        };

        await AssertTooLargeAsync();
    }

    [Fact]
    public async Task A_file_of_the_maximum_size_is_downloaded()
    {
        Serve(new string('x', MaximumSize), "\"1\"");

        Assert.Equal(MaximumSize, (await ReadAsync()).Length);
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_refused()
    {
        Serve("from elsewhere", "\"1\"");
        var answer = _answer;
        _answer = context => context.Request.IsHttps ? RedirectAsync(context, Http) : answer(context);

        var exception = await Assert.ThrowsAsync<ImportException>(() => ReadAsync(Https));

        Assert.Equal(ExitCode.SourceUnavailable, exception.ExitCode);
        Assert.Equal(
            $"{Name}: {Https} redirects to {Http}, which is not encrypted. A redirect from https to http is refused.", exception.Message);
        Assert.Single(_requests);
        Assert.Empty(Cached());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_redirects_are_followed(bool fromHttps)
    {
        Serve("from elsewhere", "\"1\"");
        var answer = _answer;
        _answer = context =>
            context.Request.Path.StartsWithSegments("/export") ? RedirectAsync(context, Https, "/elsewhere") : answer(context);

        Assert.Equal("from elsewhere", await ReadAsync(fromHttps ? Https : Http));
    }

    [Fact]
    public async Task A_redirect_without_an_end_is_given_up_on()
    {
        _answer = context => RedirectAsync(context, Http);

        var exception = await Assert.ThrowsAsync<ImportException>(() => ReadAsync());

        Assert.Equal($"{Name}: {Http} redirects more than 5 times.", exception.Message);
        Assert.Equal(6, _requests.Count);
    }

    private string Http => _server.Urls.First(url => url.StartsWith("http:", StringComparison.Ordinal));

    private string Https => _server.Urls.First(url => url.StartsWith("https:", StringComparison.Ordinal));

    private HttpSource Source(string? server = null) => new(
        new Uri((server ?? Http) + "/export"),
        _cache,
        MaximumSize,
        NullLogger.Instance,
        retryDelay: TimeSpan.FromMilliseconds(10),
        stallTimeout: TimeSpan.FromSeconds(1),
        new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback =
                (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.GetCertHashString(),
        });

    private Task<string> ReadAsync() => ReadAsync(Http);

    private async Task<string> ReadAsync(string server)
    {
        using var source = Source(server);
        using var file = await source.OpenAsync(Name, Cancellation);
        using var reader = new StreamReader(file.OpenText(), Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private async Task AssertTooLargeAsync()
    {
        var exception = await Assert.ThrowsAsync<ImportException>(ReadAsync);

        Assert.Equal(ExitCode.BadData, exception.ExitCode);
        Assert.StartsWith($"{Name} is larger than {MaximumSize} bytes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--maximum-download-size", exception.Message, StringComparison.Ordinal);
        Assert.Single(_requests);
        Assert.Empty(Cached());
    }

    private static Task RedirectAsync(HttpContext context, string server, string? path = null)
    {
        context.Response.Redirect(server + (path ?? context.Request.Path));
        return Task.CompletedTask;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // Windows does not serve with a key that is in memory alone.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
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
