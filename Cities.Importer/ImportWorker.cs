namespace Cities.Importer;

/// <summary>
/// Runs the importer once and stops the process. With <see cref="ImportOptions.Every"/> or
/// <see cref="ImportOptions.Serve"/>, it keeps running: it repeats the run, or runs the import jobs that administrators
/// start.
/// </summary>
internal sealed partial class ImportWorker(
    ImportRunner runner,
    ImportJobServer jobs,
    ImportOptions options,
    IHostApplicationLifetime lifetime,
    ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>Delay before a failed run is repeated.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>The exit code of the process.</summary>
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

    /// <summary>
    /// Repeats the run until the process is stopped. After the first import, it applies the daily changes.
    /// </summary>
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
            var repeated = options with { Update = options.Update || isImported };
            Result = (await runner.RunAsync(repeated, stoppingToken)).ExitCode;
            if (Result == ExitCode.Cancelled)
                return;
        }
    }

    [LoggerMessage(LogLevel.Information, "The next run is in {Pause}.")]
    private partial void LogPause(TimeSpan pause);
}
