using System.Globalization;
using BenchmarkDotNet.Running;
using Cities.Benchmarks;
using Cities.Benchmarks.Api;

switch (args)
{
    case ["api", var program, var staticServer, var connectionString, var log, var folder, var seconds]:
        await new ApiBenchmark(program, staticServer, connectionString, log, folder).RunAsync(int.Parse(seconds, CultureInfo.InvariantCulture));
        break;
    case ["scale", var program, var staticServer, var connectionString, var log, var folder, var rows]:
        await new ScaleBenchmark(new ApiBenchmark(program, staticServer, connectionString, log, folder), connectionString, folder)
            .RunAsync(long.Parse(rows, CultureInfo.InvariantCulture));
        break;
    case ["overload", var program, var connectionString, var folder, var cores, var rounds]:
        if (int.Parse(rounds, CultureInfo.InvariantCulture) is > 0 and var times)
            await new OverloadBenchmark(program, connectionString, folder, cores).RunAsync(times);
        await new FairnessBenchmark(program, connectionString, cores).RunAsync();
        break;
    case ["connections", var program, var connectionString, var number]:
        await new ConnectionsBenchmark(program, connectionString).RunAsync(int.Parse(number, CultureInfo.InvariantCulture));
        break;
    case ["soak", var program, var connectionString, var importer, var files, var folder, var minutes]:
        return await new SoakBenchmark(program, connectionString, importer, files, folder)
            .RunAsync(int.Parse(minutes, CultureInfo.InvariantCulture)) ? 0 : 1;
    default:
        // Each benchmark is a process of its own, in another folder.
        Environment.SetEnvironmentVariable(GeoNamesText.Variable, GeoNamesText.Folder);
        BenchmarkRunner.Run<ParserBenchmarks>(args: args);
        break;
}

return 0;
