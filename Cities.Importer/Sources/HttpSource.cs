using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
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
    private static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultStallTimeout = TimeSpan.FromSeconds(30);

    private readonly Uri _baseAddress;
    private readonly string _cacheFolder;
    private readonly ILogger _logger;
    private readonly TimeSpan _stallTimeout;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _retries;

    /// <param name="baseAddress">Address of the folder that contains <c>dump/</c> and <c>zip/</c>.</param>
    /// <param name="cacheFolder">The cache folder. Each server has its own folder in it.</param>
    /// <param name="logger">Logs downloads and their failures.</param>
    /// <param name="retryDelay">Delay before the first of three retries. It doubles with each retry.</param>
    /// <param name="stallTimeout">How long a download can receive no data before it fails.</param>
    public HttpSource(
        Uri baseAddress, string cacheFolder, ILogger logger, TimeSpan? retryDelay = null, TimeSpan? stallTimeout = null)
    {
        _baseAddress = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        _cacheFolder = Path.Combine(
            cacheFolder, string.Create(CultureInfo.InvariantCulture, $"{_baseAddress.Host}-{_baseAddress.Port}"));
        _logger = logger;
        _stallTimeout = stallTimeout ?? DefaultStallTimeout;
        // Not from IHttpClientFactory: the resilience handler of the service defaults limits the whole response to
        // seconds, and does not handle an interrupted body. This class handles both.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
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
                    LogRetry(_logger, arguments.Outcome.Exception!.Message, arguments.RetryDelay);
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
                    $"{_baseAddress} cannot be reached ({exception.Message}) and {name} is not cached.", exception);
            }

            LogUsingCache(_logger, _baseAddress, name, exception.Message);
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
        LogDownloading(_logger, name, start, expected);
        if (!resumes)
            Validators.Delete(partialPath);
        await Validators.Of(response).WriteAsync(partialPath, cancellationToken);
        var mode = resumes ? FileMode.Append : FileMode.Create;
        await using (var file = new FileStream(partialPath, mode, FileAccess.Write))
        {
            await CopyBodyAsync(response, file, name, cancellationToken);
            if (expected is { } length && file.Length != length)
                throw new IOException($"{name}: the download ended after {file.Length} of {length} bytes");
            file.Flush(flushToDisk: true);
        }

        // Move the file first: if the process ends in between, older validators belong to a newer file, which causes
        // only another download.
        File.Move(partialPath, path, overwrite: true);
        Validators.Move(partialPath, path);
    }

    private async Task CopyBodyAsync(
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
                return;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
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
    private static partial void LogDownloading(ILogger logger, string name, long start, long? length);

    [LoggerMessage(LogLevel.Information, "{Name} has not changed on the server.")]
    private static partial void LogUnchanged(ILogger logger, string name);

    [LoggerMessage(LogLevel.Warning, "{Problem}. The download is retried in {Delay}.")]
    private static partial void LogRetry(ILogger logger, string problem, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "{BaseAddress} cannot be reached ({Problem}). The cached {Name} is used.")]
    private static partial void LogUsingCache(ILogger logger, Uri baseAddress, string name, string problem);
}
