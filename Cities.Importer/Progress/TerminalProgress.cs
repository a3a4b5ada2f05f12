using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cities.Importer.Progress;

/// <summary>A bar with rows, rate and time left: for a person at a terminal.</summary>
internal sealed class TerminalProgress : IImportProgress, IAsyncDisposable
{
    private readonly TaskCompletionSource<ProgressContext> _context = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _display;
    private ProgressTask? _task;

    public TerminalProgress(IAnsiConsole console)
    {
        // Progress runs for as long as its callback does, so that is what the import keeps open.
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

    public void Begin(string name, long? total)
    {
        _task?.StopTask();
        _task = _context.Task.GetAwaiter().GetResult().AddTask(Markup.Escape(name), maxValue: total ?? 1);
        _task.IsIndeterminate = total is null;
    }

    public void Report(long done, long rows)
    {
        if (_task is null)
            return;
        _task.Value = done;
        _task.State.Update<long>(RowsColumn.Key, _ => rows);
    }

    public async ValueTask DisposeAsync()
    {
        if (_task is not null)
        {
            _task.IsIndeterminate = false;
            _task.Value = _task.MaxValue;
        }

        _ended.TrySetResult();
        await _display;
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
