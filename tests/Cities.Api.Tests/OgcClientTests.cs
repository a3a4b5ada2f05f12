using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>
/// GDAL and OWSLib read OGC API – Features. eng/gis.sh installs Debian's packages gdal-bin and python3-owslib; where they are
/// missing, the tests are skipped.
/// </summary>
public sealed class OgcClientTests(ApiFixture api)
{
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task GDAL_reads_the_types_of_the_fields_a_feature_and_selections()
    {
        Assert.SkipUnless((await TryRunAsync("ogrinfo", "--version")).ExitCode == 0, "GDAL is missing: install the package gdal-bin.");
        using var server = Start();
        var source = $"OAPIF:{server.Address}ogc";

        Assert.Contains("postal-codes", await RunAsync("ogrinfo", "-ro", source), StringComparison.Ordinal);
        var summary = await RunAsync("ogrinfo", "-ro", "-so", source, "cities");
        Assert.Contains($"Feature Count: {await CountAsync("true")}", summary, StringComparison.Ordinal);
        // No city of the sample has an elevation: GDAL cannot have its type from the features.
        foreach (var field in new[] { "name: String", "population: Integer", "elevation: Integer", "modifiedOn: Date" })
            Assert.Contains(field, summary, StringComparison.Ordinal);

        var feature = await RunAsync("ogrinfo", "-ro", source, "cities", "-fid", "2643743");
        Assert.Contains("OGRFeature(cities):2643743", feature, StringComparison.Ordinal);
        Assert.Contains("name (String) = London", feature, StringComparison.Ordinal);
        Assert.Contains("POINT (-0.12574 51.50853)", feature, StringComparison.Ordinal);

        Assert.Contains(
            "Feature Count: 1\n", await RunAsync("ogrinfo", "-ro", "-so", source, "cities", "-where", "name = 'London'"), StringComparison.Ordinal);
        Assert.Contains(
            $"Feature Count: {await CountAsync("location && ST_MakeEnvelope(-0.6, 51.2, 0.4, 51.8, 4326)")}\n",
            await RunAsync("ogrinfo", "-ro", "-so", source, "cities", "-spat", "-0.6", "51.2", "0.4", "51.8"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task OWSLib_reads_the_definition_the_collections_and_features()
    {
        Assert.SkipUnless(
            (await TryRunAsync(Python, "-c", "import owslib")).ExitCode == 0, "OWSLib is missing: install the package python3-owslib.");
        using var server = Start();
        const string program =
            """
            import json, sys
            from owslib.ogcapi.features import Features
            api = Features(sys.argv[1])
            filtered = api.collection_items("cities", limit=5, filter="population > 100000", sortby="-population")
            print(json.dumps({
                "collections": api.feature_collections(),
                "classes": len(api.conformance()["conformsTo"]),
                "paths": list(api.api()["paths"]),
                "queryables": list(api.collection_queryables("cities")["properties"]),
                "matched": filtered["numberMatched"],
                "first": filtered["features"][0]["properties"]["name"],
                "box": api.collection_items("cities", bbox=[-0.6, 51.2, 0.4, 51.8])["numberMatched"],
                "item": api.collection_item("cities", "2643743")["properties"]["name"],
            }))
            """;

        var read = JsonNode.Parse(await RunAsync(Python, "-c", program, $"{server.Address}ogc"))!;

        Assert.Equal(["cities", "postal-codes"], read["collections"]!.AsArray().Select(each => (string)each!));
        Assert.InRange((int)read["classes"]!, 10, 100);
        Assert.Contains("/collections/cities/items", read["paths"]!.AsArray().Select(each => (string)each!));
        Assert.Contains("population", read["queryables"]!.AsArray().Select(each => (string)each!));
        Assert.Equal(await CountAsync("population > 100000"), (long)read["matched"]!);
        Assert.Equal("London", (string?)read["first"]);
        Assert.Equal(await CountAsync("location && ST_MakeEnvelope(-0.6, 51.2, 0.4, 51.8, 4326)"), (long)read["box"]!);
        Assert.Equal("London", (string?)read["item"]);
    }

    private Server Start()
    {
        if (ApiContainer.Image is { } image)
        {
            var container = ApiContainer.Start(image, api.Database.ConnectionString, ("Api:RateLimit:Enabled", "false"));
            return new Server(new Uri($"http://127.0.0.1:{container.Port}/"), container);
        }

        var client = api.CreateFactory(api.Database.ConnectionString).CreateKestrelClient();
        return new Server(client.BaseAddress!, client);
    }

    private Task<long> CountAsync(string condition) =>
#pragma warning disable CA2100 // The conditions are those of the tests.
        api.Database.ScalarAsync<long>($"SELECT count(*) FROM cities WHERE {condition}");
#pragma warning restore CA2100

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = await TryRunAsync(program, arguments);
        Assert.True(exitCode == 0 && errors.Length == 0, string.Create(CultureInfo.InvariantCulture, $"{exitCode}: {errors}\n{output}"));
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> TryRunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["no_proxy"] = "*";
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", $"{program} is not installed.");
        }

        using (process)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            timeout.CancelAfter(Patience);
            try
            {
                var output = process!.StandardOutput.ReadToEndAsync(timeout.Token);
                var errors = process.StandardError.ReadToEndAsync(timeout.Token);
                await process.WaitForExitAsync(timeout.Token);
                return (process.ExitCode, await output, await errors);
            }
            catch (OperationCanceledException)
            {
                process!.Kill();
                throw;
            }
        }
    }

    private sealed record Server(Uri Address, IDisposable Owner) : IDisposable
    {
        public void Dispose() => Owner.Dispose();
    }
}
