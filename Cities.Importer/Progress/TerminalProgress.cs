using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cities.Importer.Progress;

/// <summary>Shows a progress bar with rows, rate and remaining time in a terminal.</summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IImportProgress, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Display? _display;

    public IImportPhase Begin(string name, long? total)
    {
        ProgressTask task;
        lock (_lock)
        {
            _display ??= new Display(console);
            task = _display.Context.AddTask(Markup.Escape(name), maxValue: total ?? 1);
        }

        task.IsIndeterminate = total is null;
        return new Phase(task);
    }

    public async Task EndAsync()
    {
        Display? display;
        lock (_lock)
            (display, _display) = (_display, null);
        if (display is not null)
            await display.EndAsync();
    }

    public ValueTask DisposeAsync() => new(EndAsync());

    /// <summary>The bars of a run. They stay on the screen when it has ended.</summary>
    private sealed class Display
    {
        private readonly TaskCompletionSource<ProgressContext> _context =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _display;

        public Display(IAnsiConsole console)
        {
            // The bars are shown until the callback ends, which the import controls.
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

        public ProgressContext Context => _context.Task.GetAwaiter().GetResult();

        public Task EndAsync()
        {
            _ended.TrySetResult();
            return _display;
        }
    }

    private sealed class Phase(ProgressTask task) : IImportPhase
    {
        public void Report(long done, long? rows)
        {
            task.Value = done;
            if (rows is not null)
                task.State.Update<long>(RowsColumn.Key, _ => rows.Value);
        }

        public void Complete() => task.Value = task.MaxValue;

        public void Dispose()
        {
            task.IsIndeterminate = false;
            task.StopTask();
        }
    }

    private sealed class RowsColumn : ProgressColumn
    {
        public const string Key = "rows";

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var rows = task.State.Get<long>(Key);
            if (rows == 0)
                return Text.Empty;
            var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
            var text = new StringBuilder()
                .Append(CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")}");
            if (seconds > 0)
                text.Append(CultureInfo.InvariantCulture, $" {rows / seconds:N0}/s");
            return new Text(text.ToString());
        }
    }
}
