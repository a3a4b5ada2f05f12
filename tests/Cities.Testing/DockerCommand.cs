using System.Diagnostics;

namespace Cities.Testing;

/// <summary>The command <c>docker</c>, for tests of images.</summary>
public static class DockerCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs it, and waits for its end.</summary>
    /// <returns>What it prints, without the line feed at the end.</returns>
    /// <exception cref="InvalidOperationException">It fails, or does not end in time.</exception>
    public static string Run(params string[] arguments)
    {
        var (exitCode, output, errors) = TryRun(arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"docker {string.Join(' ', arguments)} ended with {exitCode}: {errors}");
    }

    /// <summary>Runs it, and waits for its end, which may be a failure.</summary>
    public static (int ExitCode, string Output, string Errors) TryRun(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("docker", [.. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Timeout))
        {
            process.Kill();
            throw new InvalidOperationException($"docker {string.Join(' ', arguments)} has not ended within {Timeout}.");
        }

        return (process.ExitCode, output.Result.TrimEnd('\n'), errors.Result.TrimEnd('\n'));
    }
}
