using System.Diagnostics;
using Cities.Data;
using Cities.Data.Entities;
using OpenTelemetry;

namespace Cities.Importer;

/// <summary>Runs the imports that administrators have asked the API for, one after another.</summary>
internal sealed partial class RequestServer(
    IServiceScopeFactory scopes, ImportRunner runner, ImportOptions options, ILogger<RequestServer> logger) : IDisposable
{
    /// <summary>How often it looks for a request, and, while it works on one, whether that has been cancelled.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Bound on what is asked of the queue: a row, by an index.</summary>
    private static readonly TimeSpan QueueTimeout = TimeSpan.FromSeconds(3);

    private RequestQueue? _queue;
    private bool _isAway;

    /// <summary>Takes requests, waiting for those to come; a database that is away is waited for as well.</summary>
    /// <param name="time">How long; a request that has been taken then is worked on to its end.</param>
    /// <param name="stoppingToken">Ends it; a request that is being worked on goes back to the queue.</param>
    /// <returns><see cref="ExitCode.Cancelled"/> where it was stopped while it worked on a request.</returns>
    public async Task<ExitCode> ServeAsync(TimeSpan time, CancellationToken stoppingToken)
    {
        var served = Stopwatch.StartNew();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await AskAsync((queue, token) => queue.TakeAsync(token)) is { } request)
            {
                if (await RunAsync(request, stoppingToken) == ExitCode.Cancelled && stoppingToken.IsCancellationRequested)
                    return ExitCode.Cancelled;
                continue;
            }

            var left = time == Timeout.InfiniteTimeSpan ? PollInterval : time - served.Elapsed;
            if (left <= TimeSpan.Zero)
                break;
            await Task.Delay(left < PollInterval ? left : PollInterval, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExitCode.Success;
    }

    public void Dispose() => _queue?.Dispose();

    private async Task<ExitCode> RunAsync(ImportRequest request, CancellationToken stoppingToken)
    {
        LogTaken(request.Id, request.RequestedBy);
        ImportOptions wanted;
        try
        {
            wanted = options.For(request);
        }
        catch (ImportException exception)
        {
            await EndAsync(request, new RunResult(exception.ExitCode, Problem: exception.Message), stoppingToken);
            return exception.ExitCode;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var run = runner.RunAsync(wanted, cancellation.Token);
        while (await Task.WhenAny(run, Task.Delay(PollInterval, CancellationToken.None)) != run)
        {
            // Where the database does not answer, the import will find out by itself.
            if (!await AskAsync((queue, token) => queue.SeeAsync(request, token), otherwise: true))
                await cancellation.CancelAsync();
        }

        var result = await run;
        await EndAsync(request, result, stoppingToken);
        return result.ExitCode;
    }

    /// <summary>Writes down how a request ended. Where that cannot be done in time, another importer takes the request again.</summary>
    private async Task EndAsync(ImportRequest request, RunResult result, CancellationToken stoppingToken)
    {
        var state = result.ExitCode switch
        {
            ExitCode.Success => ImportRequestState.Succeeded,
            ExitCode.Cancelled => ImportRequestState.Cancelled,
            _ => ImportRequestState.Failed,
        };
        var error = result.Problem is null ? null : PublicText.Message(result.Problem, options.Source);
        var isReturned = state == ImportRequestState.Cancelled && stoppingToken.IsCancellationRequested;
        var waited = Stopwatch.StartNew();
        while (!await AskAsync(WriteAsync) && waited.Elapsed < ImportRequest.ImporterTimeout && !stoppingToken.IsCancellationRequested)
            await Task.Delay(PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (isReturned)
            LogReturned(request.Id);
        else
            LogEnded(request.Id, state);

        async Task<bool> WriteAsync(RequestQueue queue, CancellationToken cancellationToken)
        {
            await (isReturned
                ? queue.ReturnAsync(request, cancellationToken)
                : queue.EndAsync(request, state, result.Run?.Id, error, cancellationToken));
            return true;
        }
    }

    /// <summary>Asks the queue, in a session that is opened anew where the last one broke.</summary>
    /// <param name="ask">What is asked. It is not cut short when the process is stopped: what has been taken has to be known.</param>
    /// <param name="otherwise">The answer where the database does not answer.</param>
    private async Task<T?> AskAsync<T>(Func<RequestQueue, CancellationToken, Task<T>> ask, T? otherwise = default)
    {
        // No span, of which there would be one a second.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var timeout = new CancellationTokenSource(QueueTimeout);
        try
        {
            _queue ??= await RequestQueue.OpenAsync(scopes, timeout.Token);
            var answer = await ask(_queue, timeout.Token);
            if (_isAway)
                LogBack();
            _isAway = false;
            return answer;
        }
        catch (Exception exception)
        {
            if (!_isAway)
                LogAway(exception.Message);
            _isAway = true;
            _queue?.Dispose();
            _queue = null;
            return otherwise;
        }
    }

    [LoggerMessage(LogLevel.Information, "Request {Id} of {RequestedBy} has been taken.")]
    private partial void LogTaken(long id, string requestedBy);

    [LoggerMessage(LogLevel.Information, "Request {Id}: {State}.")]
    private partial void LogEnded(long id, ImportRequestState state);

    [LoggerMessage(LogLevel.Warning, "Request {Id} waits for another importer, or for this one to start again.")]
    private partial void LogReturned(long id);

    [LoggerMessage(LogLevel.Warning, "Requests wait: the database does not answer ({Problem}).")]
    private partial void LogAway(string problem);

    [LoggerMessage(LogLevel.Information, "The database answers again.")]
    private partial void LogBack();
}
