using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cities.Api.Tests.Fuzzing;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests.Security;

/// <summary>SQL is made of constants; what callers send travels beside it, as parameters.</summary>
public sealed partial class SqlTests(ApiFixture api)
{
    /// <summary>A word that no data has, in the syntax of the parameters that have one.</summary>
    private const string Marker = "Zqxjkv";

    private static readonly string[] StatementTags = ["db.query.text", "db.statement"];

    private static readonly string[] Projects = ["Cities.Api", "Cities.Importer", "Cities.Data", "ServiceDefaults"];

    /// <summary>The files that hand the driver SQL that is no constant, and how often: each says why it may.</summary>
    private static readonly Dictionary<string, int> Known = new()
    {
        ["Cities.Api/Database/SqlText.cs"] = 1,
        ["Cities.Importer/Database/NpgsqlConnectionExtensions.cs"] = 1,
    };

    [Fact]
    public async Task No_statement_holds_what_a_caller_has_sent()
    {
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                foreach (var text in StatementTags.Select(activity.GetTagItem).OfType<string>())
                    statements.Enqueue(text);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var client = api.CreateFactory(api.Database.ConnectionString, ("Api:Cache:Output", "false")).CreateClient();
        var operations = FuzzOperation.Read(JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/openapi.json"), TestContext.Current.CancellationToken))!);

        foreach (var operation in operations.Where(operation => operation.Method == "GET"))
        {
            foreach (var parameter in operation.Parameters.Where(parameter => parameter.Type == "string"))
            {
                foreach (var value in new[] { Marker, $"{parameter.Example}{Marker}", $"{parameter.Example},{Marker}", $"{Marker}.ENG.GLA" })
                {
                    var chosen = operation.Parameters.Where(each => each.IsRequired || each == parameter).ToList();
                    var path = chosen.Where(each => each.IsInPath).Aggregate(operation.Path, (text, each) => text.Replace($"{{{each.Name}}}", ValueOf(each), StringComparison.Ordinal));
                    using var response = await client.AskAsync(
                        $"{path}?{string.Join('&', chosen.Where(each => !each.IsInPath).Select(each => $"{each.Name}={Uri.EscapeDataString(ValueOf(each))}"))}");
                    Assert.True((int)response.StatusCode < 500, $"{operation.Id} {parameter.Name}={value}");

                    string ValueOf(FuzzParameter each) => each == parameter ? value : each.Example;
                }
            }
        }

        Assert.Contains(statements, statement => statement.Contains("FROM cities", StringComparison.Ordinal));
        Assert.DoesNotContain(statements, statement => statement.Contains(Marker, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Where_SQL_is_no_constant_is_known_and_EF_Core_gets_none_that_is_not_parameterized()
    {
        var sources = Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories))
            .Select(path => (Path: Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), Text: File.ReadAllText(path)))
            .Where(source => !source.Path.Contains("/obj/", StringComparison.Ordinal) && !source.Path.Contains("/bin/", StringComparison.Ordinal))
            .ToList();

        Assert.Equal([], sources.Where(source => RawSql().IsMatch(source.Text)).Select(source => source.Path));
        Assert.Equal(
            Known.OrderBy(each => each.Key, StringComparer.Ordinal),
            sources.Select(source => KeyValuePair.Create(source.Path, Suppression().Count(source.Text)))
                .Where(each => each.Value > 0).OrderBy(each => each.Key, StringComparer.Ordinal));
    }

    [GeneratedRegex("FromSqlRaw|ExecuteSqlRaw|SqlQueryRaw")]
    private static partial Regex RawSql();

    [GeneratedRegex("pragma warning disable CA2100|SuppressMessage.*CA2100")]
    private static partial Regex Suppression();
}
