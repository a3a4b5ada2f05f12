using System.Diagnostics;

namespace Cities.Testing;

/// <summary>The importer as its users run it, as a process of its own.</summary>
public static class ImporterCommand
{
    /// <summary>Names the program of the importer's image, to be run instead of what was built beside the tests.</summary>
    public const string Variable = "CITIES_TEST_IMPORTER";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>How it is started; what it prints is to be read.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="arguments">Those of the command.</param>
    public static ProcessStartInfo Start(string connectionString, params IEnumerable<string> arguments)
    {
        var start = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } program
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", [Repository.AssemblyOf("Cities.Importer"), .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["ConnectionStrings__citiesdb"] = connectionString;
        // A killed process leaves the sockets of its diagnostics behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code, and what it prints to either stream.</returns>
    /// <exception cref="OperationCanceledException">It does not end within a minute.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output, await errors);
    }
}
