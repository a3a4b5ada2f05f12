using System.Globalization;
using BenchmarkDotNet.Running;
using Cities.Benchmarks;
using Cities.Benchmarks.Api;

switch (args)
{
    case ["static", var folder]:
        StaticServer.Run(folder);
        break;
    case ["api", var assembly, var connectionString, var log, var folder, var seconds]:
        await new ApiBenchmark(assembly, connectionString, log, folder).RunAsync(int.Parse(seconds, CultureInfo.InvariantCulture));
        break;
    case ["scale", var assembly, var connectionString, var log, var folder, var rows]:
        await new ScaleBenchmark(new ApiBenchmark(assembly, connectionString, log, folder), connectionString, folder)
            .RunAsync(long.Parse(rows, CultureInfo.InvariantCulture));
        break;
    default:
        // Each benchmark is a process of its own, in another folder.
        Environment.SetEnvironmentVariable(GeoNamesText.Variable, GeoNamesText.Folder);
        BenchmarkRunner.Run<ParserBenchmarks>(args: args);
        break;
}
