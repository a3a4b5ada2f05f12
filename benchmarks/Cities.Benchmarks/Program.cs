using BenchmarkDotNet.Running;
using Cities.Benchmarks;

// Each benchmark is a process of its own, in another folder.
Environment.SetEnvironmentVariable(GeoNamesText.Variable, GeoNamesText.Folder);
BenchmarkRunner.Run<ParserBenchmarks>(args: args);
