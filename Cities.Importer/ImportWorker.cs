namespace Cities.Importer;

/// <summary>
/// The one-shot worker: runs, and stops the process; or, with <see cref="ImportOptions.Every"/> or <see cref="ImportOptions.Serve"/>,
/// stays, and runs what it is asked for.
/// </summary>
internal sealed partial class ImportWorker(
    ImportRunner runner,
    ImportJobServer jobs,
    ImportOptions options,
    IHostApplicationLifetime lifetime,
    ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>How soon a run that has failed is tried again, where runs are repeated.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>How the run ended: the process's exit code.</summary>
    public ExitCode Result { get; private set; } = ExitCode.Cancelled;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            Result = (await runner.RunAsync(options, stoppingToken)).ExitCode;
            if (options.Every is { } every && Result != ExitCode.Cancelled)
                await RepeatAsync(every, stoppingToken);
            else if (options.Serve && Result == ExitCode.Success)
                Result = await jobs.ServeAsync(Timeout.InfiniteTimeSpan, stoppingToken);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    /// <summary>Runs again and again, with the daily changes once there is something to change, until it is stopped.</summary>
    private async Task RepeatAsync(TimeSpan every, CancellationToken stoppingToken)
    {
        var isImported = false;
        while (true)
        {
            isImported |= Result == ExitCode.Success;
            var pause = Result == ExitCode.Success || every < RetryInterval ? every : RetryInterval;
            LogPause(pause);
            Result = await jobs.ServeAsync(pause, stoppingToken);
            if (stoppingToken.IsCancellationRequested)
                return;
            Result = (await runner.RunAsync(options with { Update = options.Update || isImported }, stoppingToken)).ExitCode;
            if (Result == ExitCode.Cancelled)
                return;
        }
    }

    [LoggerMessage(LogLevel.Information, "The next run is in {Pause}.")]
    private partial void LogPause(TimeSpan pause);
}
