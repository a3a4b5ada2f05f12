using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Cities.Benchmarks.Api;

/// <summary>The API under mixed load for long, with imports every few minutes: no error, and nothing grows.</summary>
/// <param name="program">The published API.</param>
/// <param name="connectionString">The imported database, which is imported into.</param>
/// <param name="importer">The published importer.</param>
/// <param name="files">GeoNames' files.</param>
/// <param name="folder">A folder for files.</param>
internal sealed class SoakBenchmark(string program, string connectionString, string importer, string files, string folder)
{
    private const int RequestsPerSecond = 100;

    /// <summary>One after the other, until the code is compiled.</summary>
    private const int WarmUp = 1000;

    /// <summary>Rows of the table.</summary>
    private const int Periods = 6;

    /// <summary>What may be different between the beginning and the end: a garbage collection more or less.</summary>
    private const double Tolerance = 0.1;

    /// <summary>As <see cref="Tolerance"/>, in handles, threads and connections.</summary>
    private const int CountTolerance = 5;

    private const string ApplicationName = "Cities.Api";
    private const int Examples = 20;
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenImports = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(60);

    /// <summary>Turn about, so that each import changes tens of thousands of rows; what is asked for by id is larger than both.</summary>
    private static readonly string[] MinimumPopulations = ["2000", "0"];

    private readonly ConcurrentQueue<Answered> _answers = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly List<Sample> _samples = [];
    private readonly Stopwatch _clock = new();
    private int _underWay;
    private int _imports;

    /// <summary>Runs, and prints the table of docs/reliability.md.</summary>
    /// <param name="minutes">How long.</param>
    /// <returns>Whether there was no error and no growth.</returns>
    public async Task<bool> RunAsync(int minutes)
    {
        var duration = TimeSpan.FromMinutes(minutes);
        await using var api = await ApiProcess.StartAsync(
            "/health",
            new Dictionary<string, string>
            {
                ["ConnectionStrings__citiesdb"] = $"{connectionString};Application Name={ApplicationName}",
                // All are one client.
                ["Api__RateLimit__PerSecond"] = $"{10 * RequestsPerSecond}",
                ["Api__RateLimit__Burst"] = $"{10 * RequestsPerSecond}",
                ["Api__Prometheus__Enabled"] = "true",
                ["DOTNET_GCHeapHardLimit"] = ApiProcess.HeapLimit,
            },
            program);
        var mix = await SoakMix.CreateAsync(api.Client);
        for (var i = 0; i < WarmUp; i++)
            await mix.AskAsync();

        _clock.Start();
        await Task.WhenAll(SendAsync(mix, duration), WatchAsync(api, duration), ImportAsync(duration));
        return Report(duration);
    }

    /// <summary>Sends requests at their times, however long the answers take.</summary>
    private async Task SendAsync(SoakMix mix, TimeSpan duration)
    {
        for (var sent = 0L; _clock.Elapsed < duration; await Task.Delay(10))
        {
            for (; sent < _clock.Elapsed.TotalSeconds * RequestsPerSecond; sent++)
            {
                Interlocked.Increment(ref _underWay);
                _ = AskAsync(mix, _clock.Elapsed);
            }
        }

        var patience = Stopwatch.StartNew();
        while (Volatile.Read(ref _underWay) > 0 && patience.Elapsed < LastRequests)
            await Task.Delay(100);
    }

    private async Task AskAsync(SoakMix mix, TimeSpan at)
    {
        try
        {
            var (status, problem) = await mix.AskAsync();
            _answers.Enqueue(new Answered(at, status, (_clock.Elapsed - at).TotalMilliseconds));
            if (problem is not null)
                Fail(problem);
        }
#pragma warning disable CA1031 // each is an error of the run
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task ImportAsync(TimeSpan duration)
    {
        for (var next = BetweenImports / 2; next + (BetweenImports / 2) <= duration; next += BetweenImports)
        {
            if (next - _clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait);
            var started = _clock.Elapsed;
            var start = new ProcessStartInfo(
                "dotnet", [importer, "--source", files, "--countries", "all", "--places", "cities1000"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["ConnectionStrings__citiesdb"] = connectionString;
            start.Environment["Import__MinimumPopulation"] = MinimumPopulations[_imports % MinimumPopulations.Length];
            start.Environment["Import__RejectsFolder"] = Path.Combine(folder, "rejects");
            using var process = Process.Start(start)!;
            using var timeout = new CancellationTokenSource(LongestImport);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            if (process.ExitCode != 0)
                Fail($"The importer ended with {process.ExitCode}: {output}{await errors}");
            _imports++;
            Console.Error.WriteLine($"import {_imports}: {(_clock.Elapsed - started).TotalSeconds:0.0} s");
        }
    }

    private async Task WatchAsync(ApiProcess api, TimeSpan duration)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        var shown = 0;
        while (_clock.Elapsed < duration)
        {
            await Task.Delay(BetweenSamples);
            try
            {
                var metrics = await api.Client.GetStringAsync("/metrics");
                await using var command = database.CreateCommand(
                    $"""
                    SELECT (SELECT count(*) FROM pg_stat_activity WHERE application_name = '{ApplicationName}'),
                      pg_database_size(current_database())
                    """);
                await using var reader = await command.ExecuteReaderAsync();
                await reader.ReadAsync();
                _samples.Add(new Sample(
                    _clock.Elapsed, api.Memory, HeapOf(metrics), api.Handles, api.Threads, reader.GetInt64(0), reader.GetInt64(1)));
            }
#pragma warning disable CA1031 // an error of the run
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail($"/metrics: {exception.Message}");
            }

            if (_clock.Elapsed.TotalMinutes < shown + 1)
                continue;
            Console.Error.WriteLine(
                Row($"minute {shown + 1}", TimeSpan.FromMinutes(shown), TimeSpan.FromMinutes(shown + 1)) + $" {_errors.Count} errors");
            shown++;
        }
    }

    private bool Report(TimeSpan duration)
    {
        Console.WriteLine();
        Console.WriteLine(
            "| minutes | answers | 200 | 304 | 400 | 404 | other | p50, ms | p99, ms | resident, MB | managed, MB | handles | threads "
            + "| connections to the database | database, MB |");
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", 15)));
        for (var period = 0; period < Periods; period++)
        {
            var (from, to) = (duration * period / Periods, duration * (period + 1) / Periods);
            Console.WriteLine(Row($"{from.TotalMinutes:0.#} to {to.TotalMinutes:0.#}", from, to));
        }

        // The first third warms up: answers are kept for ten minutes. What is left begins and ends with a third.
        var rest = _samples.Where(sample => sample.At > duration / 3).ToList();
        var (first, last) = (rest[..(rest.Count / 3)], rest[^(rest.Count / 3)..]);
        var grown = new List<string>();
        Compare("resident memory", sample => sample.Memory, Tolerance, 0);
        Compare("managed memory", sample => sample.Heap, Tolerance, 4 << 20);
        Compare("handles", sample => sample.Handles, 0, CountTolerance);
        Compare("threads", sample => sample.Threads, 0, CountTolerance);
        Compare("connections to the database", sample => sample.Connections, 0, 0);
        foreach (var error in _errors.Take(Examples))
            Console.WriteLine(error);
        Console.WriteLine();
        var isGood = _errors.IsEmpty && grown.Count == 0;
        Console.WriteLine(
            $"{_answers.Count} answers, {_imports} imports: {_errors.Count} errors, "
            + $"{(grown.Count == 0 ? "no growth" : string.Join("; ", grown))}.");
        return isGood;

        void Compare(string what, Func<Sample, long> figure, double share, long absolute)
        {
            var (before, after) = (Median(first, figure), Median(last, figure));
            if (after > (before * (1 + share)) + absolute)
                grown.Add($"{what} grew from {before} to {after}");
        }
    }

    private string Row(string label, TimeSpan from, TimeSpan to)
    {
        var answers = _answers.Where(answer => answer.At >= from && answer.At < to).ToList();
        var times = answers.Select(answer => answer.Milliseconds).Order().ToList();
        var samples = _samples.Where(sample => sample.At >= from && sample.At < to).ToList();
        if (times.Count == 0 || samples.Count == 0)
            return $"| {label} | nothing |";
        HttpStatusCode[] expected = [HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.BadRequest, HttpStatusCode.NotFound];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {label} | {times.Count:N0} | {string.Join(" | ", expected.Select(status => $"{answers.Count(answer => answer.Status == status):N0}"))} "
            + $"| {answers.Count(answer => !expected.Contains(answer.Status))} | {times[times.Count / 2]:0.0} | {times[times.Count * 99 / 100]:0.0} "
            + $"| {Median(samples, sample => sample.Memory) / 1e6:0} | {Median(samples, sample => sample.Heap) / 1e6:0} "
            + $"| {Median(samples, sample => sample.Handles)} | {Median(samples, sample => sample.Threads)} "
            + $"| {Median(samples, sample => sample.Connections)} | {Median(samples, sample => sample.Database) / 1e6:0} |");
    }

    private void Fail(string error)
    {
        _errors.Enqueue($"{_clock.Elapsed:hh\\:mm\\:ss} {error}");
        if (_errors.Count <= Examples)
            Console.Error.WriteLine($"{_clock.Elapsed:hh\\:mm\\:ss} {error}");
    }

    /// <summary>Bytes that the last garbage collection has left, from the metrics.</summary>
    private static long HeapOf(string metrics) => (long)metrics.Split('\n')
        .Where(line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));

    private static long Median(IReadOnlyCollection<Sample> samples, Func<Sample, long> figure) =>
        samples.Count == 0 ? 0 : samples.Select(figure).Order().ElementAt(samples.Count / 2);

    /// <param name="At">When it was asked for.</param>
    /// <param name="Status">The status.</param>
    /// <param name="Milliseconds">The time to the answer's end.</param>
    private sealed record Answered(TimeSpan At, HttpStatusCode Status, double Milliseconds);

    /// <param name="At">When.</param>
    /// <param name="Memory">Resident memory of the API, in bytes.</param>
    /// <param name="Heap">Of which managed, after the last garbage collection.</param>
    /// <param name="Handles">Its open files and sockets.</param>
    /// <param name="Threads">Its threads.</param>
    /// <param name="Connections">Its connections to the database.</param>
    /// <param name="Database">Bytes of the database.</param>
    private sealed record Sample(TimeSpan At, long Memory, long Heap, long Handles, long Threads, long Connections, long Database);
}
