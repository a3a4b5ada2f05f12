using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Polly;
using Polly.Retry;

namespace Cities.Importer.Sources;

/// <summary>
/// A server with the layout of the GeoNames server, with a cache folder. A cached file is downloaded only if it has
/// changed (ETag, Last-Modified). An interrupted download is resumed. A file gets its name when it is complete. If the
/// server cannot be reached, the cached file is used.
/// </summary>
internal sealed partial class HttpSource : IGeoNamesSource, IDisposable
{
    /// <summary>How many redirects a download follows.</summary>
    private const int MaximumRedirects = 5;

    private static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultStallTimeout = TimeSpan.FromSeconds(30);

    private readonly Uri _baseAddress;
    private readonly string _cacheFolder;
    private readonly long _maximumSize;
    private readonly ILogger _logger;
    private readonly TimeSpan _stallTimeout;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _retries;

    /// <param name="baseAddress">Address of the folder that contains <c>dump/</c> and <c>zip/</c>.</param>
    /// <param name="cacheFolder">The cache folder. Each server has its own folder in it.</param>
    /// <param name="maximumSize">Maximum size of a file, in bytes.</param>
    /// <param name="logger">Logs downloads and their failures.</param>
    /// <param name="retryDelay">Delay before the first of three retries. It doubles with each retry.</param>
    /// <param name="stallTimeout">How long a download can receive no data before it fails.</param>
    /// <param name="tls">How the certificate of the server is validated, or null for the default.</param>
    public HttpSource(
        Uri baseAddress,
        string cacheFolder,
        long maximumSize,
        ILogger logger,
        TimeSpan? retryDelay = null,
        TimeSpan? stallTimeout = null,
        SslClientAuthenticationOptions? tls = null)
    {
        _baseAddress = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        _cacheFolder = Path.Combine(
            cacheFolder, string.Create(CultureInfo.InvariantCulture, $"{_baseAddress.Host}-{_baseAddress.Port}"));
        _maximumSize = maximumSize;
        _logger = logger;
        _stallTimeout = stallTimeout ?? DefaultStallTimeout;
        // Not from IHttpClientFactory: the resilience handler of the service defaults limits the whole response to
        // seconds, and does not handle an interrupted body. This class handles both.
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // The handler does not follow a redirect from https to http: it returns the answer.
            MaxAutomaticRedirections = MaximumRedirects,
        };
        if (tls is not null)
            handler.SslOptions = tls;
        _http = new HttpClient(handler)
        {
            Timeout = TimeSpan.FromSeconds(30), // until the headers are received; the body has its own timeout
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Cities.Importer", ThisVersion));
        _retries = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome.Exception)),
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                Delay = retryDelay ?? DefaultRetryDelay,
                UseJitter = true,
                OnRetry = arguments =>
                {
                    LogRetry(_logger, arguments.Outcome.Exception!.Clause(), arguments.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    public string Description => _baseAddress.AbsoluteUri;

    public bool IsSample => false;

    private static string ThisVersion => typeof(HttpSource).Assembly.GetName().Version?.ToString(3) ?? "0";

    public async Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_cacheFolder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await _retries.ExecuteAsync(
                async token => await DownloadAsync(name, path, token), cancellationToken);
        }
        catch (Exception exception) when (IsTransient(exception) || IsUnresolvable(exception))
        {
            if (!File.Exists(path))
            {
                throw new SourceUnreachableException(
                    $"{_baseAddress} cannot be reached ({exception.Clause()}) and {name} is not cached.", exception);
            }

            LogUsingCache(_logger, _baseAddress, name, exception.Clause());
        }

        var publishedAt = (await Validators.ReadAsync(path, cancellationToken))?.LastModified;
        return await SourceFile.OpenAsync(name, path, publishedAt, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task DownloadAsync(string name, string path, CancellationToken cancellationToken)
    {
        var partialPath = path + ".partial";
        var known = File.Exists(path) ? await Validators.ReadAsync(path, cancellationToken) : null;
        var partial = File.Exists(partialPath) ? await Validators.ReadAsync(partialPath, cancellationToken) : null;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_baseAddress, name));
        if (partial?.ForRange is { } rangeCondition)
        {
            request.Headers.Range = new RangeHeaderValue(new FileInfo(partialPath).Length, null);
            request.Headers.IfRange = rangeCondition;
        }
        else if (known is not null)
        {
            known.MakeConditional(request.Headers);
        }

        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotModified:
                LogUnchanged(_logger, name);
                return;
            case HttpStatusCode.NotFound:
                throw new SourceFileMissingException($"{request.RequestUri} does not exist.");
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                Validators.Delete(partialPath);
                throw new IOException($"{name}: the server does not resume the partial download");
            case >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest:
                throw Redirected(name, response);
        }

        response.EnsureSuccessStatusCode();
        var resumes = response.StatusCode == HttpStatusCode.PartialContent;
        if (resumes && request.Headers.Range is null)
            throw new IOException($"{name}: the server sent a range that was not requested");
        var start = resumes ? new FileInfo(partialPath).Length : 0;
        if (resumes && response.Content.Headers.ContentRange?.From != start)
        {
            Validators.Delete(partialPath);
            throw new IOException($"{name}: the server sent another range than the requested one");
        }

        var expected = response.Content.Headers.ContentLength + start;
        if (expected > _maximumSize)
            throw TooLarge(name, partialPath);
        if (expected is { } total)
            LogDownloading(_logger, name, start, total);
        else
            LogDownloadingUnknown(_logger, name);
        if (!resumes)
            Validators.Delete(partialPath);
        await Validators.Of(response).WriteAsync(partialPath, cancellationToken);
        var mode = resumes ? FileMode.Append : FileMode.Create;
        bool isWithinLimit;
        await using (var file = new FileStream(partialPath, mode, FileAccess.Write))
        {
            isWithinLimit = await CopyBodyAsync(response, file, name, cancellationToken);
            if (isWithinLimit && expected is { } length && file.Length != length)
            {
                throw new IOException(
                    $"{name}: the download ended after {file.Length} of {Wording.Count(length, "byte")}");
            }

            file.Flush(flushToDisk: true);
        }

        if (!isWithinLimit)
            throw TooLarge(name, partialPath);

        // Move the file first: if the process ends in between, older validators belong to a newer file, which causes
        // only another download.
        File.Move(partialPath, path, overwrite: true);
        Validators.Move(partialPath, path);
    }

    /// <returns>False if the file would exceed the maximum size.</returns>
    private async Task<bool> CopyBodyAsync(
        HttpResponseMessage response, Stream file, string name, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = new byte[1 << 16];
        while (true)
        {
            stall.CancelAfter(_stallTimeout);
            int read;
            try
            {
                read = await body.ReadAsync(buffer, stall.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"{name}: no data was received for {_stallTimeout.TotalSeconds:0.#} s");
            }

            if (read == 0)
                return true;
            if (file.Position + read > _maximumSize)
                return false;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>Deletes the partial download, which a later one would otherwise resume.</summary>
    private ImportException TooLarge(string name, string partialPath)
    {
        Validators.Delete(partialPath);
        return new ImportException(
            ExitCode.BadData,
            $"{name} is larger than {Wording.Count(_maximumSize, "byte")}, the maximum size of a download. To allow "
            + $"larger files, increase {CommandLine.NameOf(nameof(ImportOptions.MaximumDownloadSize))}.");
    }

    /// <summary>Explains a redirect that the handler has not followed.</summary>
    private static ImportException Redirected(string name, HttpResponseMessage response)
    {
        var from = response.RequestMessage!.RequestUri!;
        var to = response.Headers.Location is { } location ? new Uri(from, location) : null;
        var problem = to is null ? $"answers {(int)response.StatusCode} without an address"
            : from.Scheme == Uri.UriSchemeHttps && to.Scheme == Uri.UriSchemeHttp
                ? $"redirects to {Server(to)}, which is not encrypted. A redirect from https to http is refused"
            : to.Scheme is not ("http" or "https") ? $"redirects to an address with the scheme '{to.Scheme}'"
            : $"redirects more than {MaximumRedirects} times";
        return new ImportException(ExitCode.SourceUnavailable, $"{name}: {Server(from)} {problem}.");

        // A path or a query can contain a token.
        static string Server(Uri address) =>
            address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
    }

    private static bool IsTransient(Exception? exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => false,
        HttpRequestException { StatusCode: { } status } =>
            status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500,
        // HttpClient reports its timeout as a cancellation with this inner exception.
        OperationCanceledException { InnerException: TimeoutException } => true,
        HttpRequestException or IOException => true,
        _ => false,
    };

    /// <summary>Without a network, a retry is useless.</summary>
    private static bool IsUnresolvable(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError };

    [LoggerMessage(LogLevel.Information, "Downloading {Name} from byte {Start} of {Length}.")]
    private static partial void LogDownloading(ILogger logger, string name, long start, long length);

    [LoggerMessage(LogLevel.Information, "Downloading {Name}, whose length is not known.")]
    private static partial void LogDownloadingUnknown(ILogger logger, string name);

    [LoggerMessage(LogLevel.Information, "{Name} has not changed on the server.")]
    private static partial void LogUnchanged(ILogger logger, string name);

    [LoggerMessage(LogLevel.Warning, "{Problem}. The download is retried in {Delay}.")]
    private static partial void LogRetry(ILogger logger, string problem, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "{BaseAddress} cannot be reached ({Problem}). The cached {Name} is used.")]
    private static partial void LogUsingCache(ILogger logger, Uri baseAddress, string name, string problem);
}
