using System.Diagnostics;
using Cities.Data;
using Cities.Data.Entities;
using OpenTelemetry;

namespace Cities.Importer;

/// <summary>Runs the import jobs that administrators start with the API, one at a time.</summary>
internal sealed partial class ImportJobServer(
    IServiceScopeFactory scopes, ImportRunner runner, ImportOptions options, ILogger<ImportJobServer> logger)
    : IDisposable
{
    /// <summary>How often the server looks for a job and, while one runs, checks whether it was cancelled.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Timeout of an operation of the queue, each of which reads or writes one row by an index.</summary>
    private static readonly TimeSpan QueueTimeout = TimeSpan.FromSeconds(3);

    private ImportJobQueue? _queue;
    private bool _isUnavailable;

    /// <summary>Runs jobs, and waits while the queue is empty or the database is unavailable.</summary>
    /// <param name="time">How long. A job that is running at the end of that time is completed.</param>
    /// <param name="stoppingToken">Stops the server. A job that is running returns to the queue.</param>
    /// <returns><see cref="ExitCode.Cancelled"/> if the server was stopped while a job was running.</returns>
    public async Task<ExitCode> ServeAsync(TimeSpan time, CancellationToken stoppingToken)
    {
        var served = Stopwatch.StartNew();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await UseQueueAsync((queue, token) => queue.TakeAsync(token)) is { } job)
            {
                if (await RunAsync(job, stoppingToken) == ExitCode.Cancelled && stoppingToken.IsCancellationRequested)
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

    private async Task<ExitCode> RunAsync(ImportRequest job, CancellationToken stoppingToken)
    {
        LogTaken(job.Id, job.RequestedBy);
        ImportOptions jobOptions;
        try
        {
            jobOptions = options.For(job);
        }
        catch (ImportException exception)
        {
            await CompleteAsync(job, new RunResult(exception.ExitCode, Problem: exception.Message), stoppingToken);
            return exception.ExitCode;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var run = runner.RunAsync(jobOptions, cancellation.Token);
        while (await Task.WhenAny(run, Task.Delay(PollInterval, CancellationToken.None)) != run)
        {
            // If the database is unavailable, the import detects it itself.
            if (!await UseQueueAsync((queue, token) => queue.KeepAliveAsync(job, token), otherwise: true))
                await cancellation.CancelAsync();
        }

        var result = await run;
        await CompleteAsync(job, result, stoppingToken);
        return result.ExitCode;
    }

    /// <summary>
    /// Records the result of a job. If the database is unavailable for too long, another importer runs the job again.
    /// </summary>
    private async Task CompleteAsync(ImportRequest job, RunResult result, CancellationToken stoppingToken)
    {
        var state = result.ExitCode switch
        {
            ExitCode.Success => ImportRequestState.Succeeded,
            ExitCode.Cancelled => ImportRequestState.Cancelled,
            _ => ImportRequestState.Failed,
        };
        var error = result.Problem is null ? null : Redaction.Message(result.Problem, options.Source);
        var isReturned = state == ImportRequestState.Cancelled && stoppingToken.IsCancellationRequested;
        var waited = Stopwatch.StartNew();
        while (!await UseQueueAsync(WriteAsync)
            && waited.Elapsed < ImportRequest.ImporterTimeout
            && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (isReturned)
            LogReturned(job.Id);
        else
            LogCompleted(job.Id, state);

        async Task<bool> WriteAsync(ImportJobQueue queue, CancellationToken cancellationToken)
        {
            await (isReturned
                ? queue.ReturnAsync(job, cancellationToken)
                : queue.CompleteAsync(job, state, result.Run?.Id, error, cancellationToken));
            return true;
        }
    }

    /// <summary>Runs an operation of the queue. If the session is broken, a new one is opened.</summary>
    /// <param name="operation">
    /// The operation. Stopping the process does not cancel it: the server must know whether it has taken a job.
    /// </param>
    /// <param name="otherwise">The result if the database is unavailable.</param>
    private async Task<T?> UseQueueAsync<T>(
        Func<ImportJobQueue, CancellationToken, Task<T>> operation, T? otherwise = default)
    {
        // The server polls every second: its statements are not traced.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var timeout = new CancellationTokenSource(QueueTimeout);
        try
        {
            _queue ??= await ImportJobQueue.OpenAsync(scopes, timeout.Token);
            var result = await operation(_queue, timeout.Token);
            if (_isUnavailable)
                LogAvailable();
            _isUnavailable = false;
            return result;
        }
        catch (Exception exception)
        {
            if (!_isUnavailable)
                LogUnavailable(exception.Clause());
            _isUnavailable = true;
            _queue?.Dispose();
            _queue = null;
            return otherwise;
        }
    }

    [LoggerMessage(LogLevel.Information, "Import job {Id}, requested by {RequestedBy}, has started.")]
    private partial void LogTaken(long id, string requestedBy);

    [LoggerMessage(LogLevel.Information, "Import job {Id} has ended: {State}.")]
    private partial void LogCompleted(long id, ImportRequestState state);

    [LoggerMessage(LogLevel.Warning, "Import job {Id} is back in the queue, because this importer is stopping.")]
    private partial void LogReturned(long id);

    [LoggerMessage(LogLevel.Warning, "Import jobs wait: the database does not answer ({Problem}).")]
    private partial void LogUnavailable(string problem);

    [LoggerMessage(LogLevel.Information, "The database answers again.")]
    private partial void LogAvailable();
}
