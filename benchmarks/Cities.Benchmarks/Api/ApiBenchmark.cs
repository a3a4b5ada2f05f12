using System.Globalization;

namespace Cities.Benchmarks.Api;

/// <summary>
/// The API under load on loopback, beside what bounds it: the database without the API, and Kestrel without the database.
/// </summary>
/// <param name="program">The published API.</param>
/// <param name="staticServer">The published Cities.StaticServer.</param>
/// <param name="connectionString">The imported database.</param>
/// <param name="log">The server's log.</param>
/// <param name="folder">A folder for files.</param>
internal sealed class ApiBenchmark(string program, string staticServer, string connectionString, string log, string folder)
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 2;

    /// <summary>Until the code that all requests have in common is compiled for good.</summary>
    private const int FirstWarmUpSeconds = 20;
    private const string Ready = "/health";

    /// <summary>Measures, and prints the table of benchmarks/README.md.</summary>
    /// <param name="seconds">How long each measurement takes.</param>
    public async Task RunAsync(int seconds)
    {
        var cases = await AnswersAsync();
        var database = new Dictionary<string, Load>();
        var uncached = new Dictionary<string, Load>();
        var fixedBytes = new Dictionary<string, Load>();
        var cached = new Dictionary<string, Load>();
        var notModified = new Dictionary<string, Load>();
        long uncachedMemory, cachedMemory;

        await using (var api = await StartAsync(cached: false))
        {
            await WarmUpAsync(api, cases.Values);
            foreach (var (name, answers) in cases)
            {
                database[name] = await Load.OfDatabaseAsync(folder, [.. answers.Select(answer => answer.Statements)], Connections, seconds);
                uncached[name] = await HttpAsync(api, answers, seconds);
                Console.Error.WriteLine($"{name}: pgbench {database[name]}, API {uncached[name]}");
            }

            uncachedMemory = api.PeakMemory;
        }

        StaticServer.Write(Path.Combine(folder, "answers"), cases.Values.SelectMany(answers => answers));
        await using (var api = await StartAsync(cached: true))
        await using (var server = await ApiProcess.StartAsync(
            cases.First().Value[0].Path,
            new Dictionary<string, string>(),
            staticServer,
            Path.Combine(folder, "answers")))
        {
            await WarmUpAsync(server, cases.Values);
            await WarmUpAsync(api, cases.Values);
            foreach (var (name, answers) in cases)
            {
                fixedBytes[name] = await HttpAsync(server, answers, seconds);
                cached[name] = await HttpAsync(api, answers, seconds);
                notModified[name] = await HttpAsync(api, answers, seconds, conditional: true);
                Console.Error.WriteLine($"{name}: static {fixedBytes[name]}, cached {cached[name]}, 304 {notModified[name]}");
            }

            cachedMemory = api.PeakMemory;
        }

        Print("");
        Print("| requests/s | pgbench | API, uncached | of pgbench | static | API, cached | of static | API, 304 | of static |", 9);
        foreach (var name in cases.Keys)
        {
            var (floor, ceiling) = (database[name].Rate, fixedBytes[name].Rate);
            Print(
                $"| {name} | {floor:N0} | {uncached[name].Rate:N0} | {uncached[name].Rate / floor:P0} "
                + $"| {ceiling:N0} | {cached[name].Rate:N0} | {cached[name].Rate / ceiling:P0} "
                + $"| {notModified[name].Rate:N0} | {notModified[name].Rate / ceiling:P0} |");
        }

        Print("");
        Print("| ms, p50 / p99 | pgbench | API, uncached | p99 of pgbench's | static | API, cached | API, 304 |", 7);
        foreach (var name in cases.Keys)
        {
            Print(
                $"| {name} | {Times(database[name])} | {Times(uncached[name])} | {uncached[name].P99 / database[name].P99:0.0} "
                + $"| {Times(fixedBytes[name])} | {Times(cached[name])} | {Times(notModified[name])} |");
        }

        Print("");
        Print($"Peak resident memory of the API: {uncachedMemory / 1e6:N0} MB uncached, {cachedMemory / 1e6:N0} MB cached.");

        static string Times(Load load) => string.Create(CultureInfo.InvariantCulture, $"{load.P50:0.0} / {load.P99:0.0}");
    }

    /// <summary>Asks once for each request of each case.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Answer>>> AnswersAsync()
    {
        var statements = new ServerLog(log, connectionString);
        await using var api = await StartAsync(cached: false, $";Options={ServerLog.Option}");
        var answers = new Dictionary<string, IReadOnlyList<Answer>>();
        foreach (var each in await ApiCase.CreateAsync(api.Client))
        {
            var ofCase = new List<Answer>();
            foreach (var path in each.Paths)
            {
                // The first answer of a list counts what it has.
                using var first = await api.Client.GetAsync(path);
                HttpResponseMessage? response = null;
                var sql = await statements.StatementsOfAsync(async () => response = await api.Client.GetAsync(path));
                using (response)
                {
                    response!.EnsureSuccessStatusCode();
                    ofCase.Add(new Answer(
                        path,
                        response.Content.Headers.ContentType!.ToString(),
                        await response.Content.ReadAsByteArrayAsync(),
                        sql));
                }
            }

            answers[each.Name] = ofCase;
        }

        return answers;
    }

    private async Task<Load> HttpAsync(ApiProcess server, IReadOnlyList<Answer> answers, int seconds, bool conditional = false)
    {
        var requests = new List<(string Path, string? ETag)>();
        foreach (var answer in answers)
        {
            // Until the code is compiled, and the answers are cached where they are to be.
            using var response = await server.Client.GetAsync(answer.Path);
            requests.Add((answer.Path, conditional ? response.Headers.ETag!.ToString() : null));
        }

        await Load.OfHttpAsync(folder, server.Address, requests, Connections, WarmUpSeconds);
        return await Load.OfHttpAsync(folder, server.Address, requests, Connections, seconds);
    }

    private Task<Load> WarmUpAsync(ApiProcess server, IEnumerable<IReadOnlyList<Answer>> cases)
    {
        var requests = cases.SelectMany(answers => answers).Select(answer => (answer.Path, (string?)null));
        return Load.OfHttpAsync(folder, server.Address, requests, Connections, FirstWarmUpSeconds);
    }

    private Task<ApiProcess> StartAsync(bool cached, string options = "") => ApiProcess.StartAsync(
        Ready,
        new Dictionary<string, string>
        {
            ["ConnectionStrings__citiesdb"] = connectionString + options,
            ["Api__Cache__Output"] = cached ? "true" : "false",
            ["Api__RateLimit__Enabled"] = "false",
        },
        program);

    private static void Print(FormattableString line, int columns = 0) => Print(line.ToString(CultureInfo.InvariantCulture), columns);

    private static void Print(string line, int columns = 0)
    {
        Console.WriteLine(line);
        if (columns > 0)
            Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", columns)));
    }
}
