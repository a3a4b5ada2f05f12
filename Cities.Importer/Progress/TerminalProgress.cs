using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cities.Importer.Progress;

/// <summary>Shows a progress bar with rows, rate and remaining time in a terminal.</summary>
internal sealed class TerminalProgress : IImportProgress, IAsyncDisposable
{
    private readonly TaskCompletionSource<ProgressContext> _context =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _display;

    public TerminalProgress(IAnsiConsole console)
    {
        // The bar is shown until its callback ends, which the import controls.
        _display = console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RowsColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                _context.SetResult(context);
                return _ended.Task;
            });
    }

    public IImportPhase Begin(string name, long? total)
    {
        var task = _context.Task.GetAwaiter().GetResult().AddTask(Markup.Escape(name), maxValue: total ?? 1);
        task.IsIndeterminate = total is null;
        return new Phase(task);
    }

    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _display;
    }

    private sealed class Phase(ProgressTask task) : IImportPhase
    {
        public void Report(long done, long rows)
        {
            task.Value = done;
            task.State.Update<long>(RowsColumn.Key, _ => rows);
        }

        public void Dispose()
        {
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            task.StopTask();
        }
    }

    private sealed class RowsColumn : ProgressColumn
    {
        public const string Key = "rows";

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var rows = task.State.Get<long>(Key);
            var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{rows:N0} rows");
            if (seconds > 0 && rows > 0)
                text.Append(CultureInfo.InvariantCulture, $" {rows / seconds:N0}/s");
            return new Text(text.ToString());
        }
    }
}
