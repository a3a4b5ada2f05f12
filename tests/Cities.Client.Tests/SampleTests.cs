using System.Diagnostics;
using Cities.Api.Tests;
using Cities.Testing;

namespace Cities.Client.Tests;

/// <summary>samples/Cities.Sample, as Aspire would start it.</summary>
public sealed class SampleTests(ApiFixture api)
{
    [Fact]
    public async Task The_sample_prints_the_ten_cities_nearest_to_a_point()
    {
        using var served = new ServedApi(api);

        var (exitCode, output, error) = await RunAsync(served, "51.5072", "-0.1276");

        Assert.Equal((0, ""), (exitCode, error));
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.EndsWith(" km  London (GB)", lines[0].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_says_which_argument_is_wrong()
    {
        using var served = new ServedApi(api);

        var (exitCode, output, error) = await RunAsync(served, "95", "0");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("lat: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ServedApi served, params string[] arguments)
    {
        var assembly = Repository.AssemblyOf("samples/Cities.Sample");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            // Here is the appsettings.json of another program.
            WorkingDirectory = Path.GetDirectoryName(assembly),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["services__api__http__0"] = served.Address.ToString() },
        })!;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, output, await error);
        }
        finally
        {
            process.Kill();
        }
    }
}
