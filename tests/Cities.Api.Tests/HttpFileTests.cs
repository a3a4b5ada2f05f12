using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cities.Data.Entities;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>Cities.Api/Cities.Api.http, which editors send requests from.</summary>
public sealed partial class HttpFileTests(ApiFixture api)
{
    [Fact]
    public async Task Every_request_succeeds_on_the_bundled_sample()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);

        await AssertEveryRequestSucceedsAsync(client, database);
    }

    /// <summary>Sends all requests of the file.</summary>
    /// <param name="client">A client of the API on the database.</param>
    /// <param name="database">The database, which holds the bundled sample; a postal code is added where it has none.</param>
    internal static async Task AssertEveryRequestSucceedsAsync(HttpClient client, TestDatabase database)
    {
        var (variables, requests) = await ReadAsync();
        // The sample has ids of its own for districts, and no postal codes.
        Replace(variables, "district", await database.ScalarAsync<int>("SELECT min(id) FROM districts WHERE city_id = 2643743"));
        Replace(variables, "postalCode", await database.ScalarAsync<long>(
            """
            INSERT INTO postal_codes (id, country_id, code, place_name, location)
            SELECT 1, id, 'SW1A', 'Whitehall', 'SRID=4326;POINT(-0.1277 51.5036)' FROM countries WHERE code = 'GB'
            ON CONFLICT (id) DO UPDATE SET code = 'SW1A' RETURNING id
            """));
        Replace(variables, "key", await database.CreateKeyAsync(ApiRole.Admin));
        Replace(variables, "localPlace", await database.ScalarAsync<long>(
            "SELECT last_value + is_called::int FROM administration.local_city_ids"));
        Replace(variables, "localName", await database.ScalarAsync<long>(
            "SELECT last_value + is_called::int FROM administration.local_names_id_seq"));
        Replace(variables, "importRequest", await database.ScalarAsync<long>(
            "SELECT last_value + is_called::int FROM administration.import_requests_id_seq"));
        Replace(variables, "host", client.BaseAddress!.ToString().TrimEnd('/'));

        foreach (var request in requests)
        {
            using var message = request.ToMessage(variables);
            using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
            Assert.True(
                response.IsSuccessStatusCode,
                $"{request.Method} {request.Address}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    [Fact]
    public async Task Every_operation_of_the_document_has_a_request()
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/openapi.json"), TestContext.Current.CancellationToken))!;
        var (_, requests) = await ReadAsync();

        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Method: operation.Key.ToUpperInvariant(), Path: path.Key)))
            // Of /cities/nearest and /cities/{id} a request means the one that it names.
            .OrderBy(operation => operation.Path.Count(character => character == '{'))
            .ToList();
        var asked = requests.Select(request => operations.Find(operation =>
            operation.Method == request.Method && TemplatePattern(operation.Path).IsMatch(request.Path)));
        Assert.Equal([], operations.Except(asked));
    }

    /// <summary>Gives a variable that the file has another value.</summary>
    private static void Replace(Dictionary<string, string> variables, string name, object value)
    {
        Assert.Contains(name, variables.Keys);
        variables[name] = $"{value}";
    }

    private static Regex TemplatePattern(string template) =>
        new($"^{PathParameter().Replace(Regex.Escape(template), "[^/]+")}$", RegexOptions.CultureInvariant);

    private static async Task<(Dictionary<string, string> Variables, List<Request> Requests)> ReadAsync()
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "Cities.Api/Cities.Api.http"), TestContext.Current.CancellationToken);
        var lines = text.Split('\n').Where(line => !line.StartsWith('#') || line.StartsWith("###", StringComparison.Ordinal)).ToList();
        var variables = lines.Select(line => Variable().Match(line)).Where(match => match.Success)
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var requests = string.Join('\n', lines).Split("\n###").Skip(1).Select(Request.Parse).ToList();
        return (variables, requests);
    }

    [GeneratedRegex(@"^@(?<name>\w+)\s*=\s*(?<value>.+)$")]
    private static partial Regex Variable();

    // As Regex.Escape leaves it.
    [GeneratedRegex(@"\\\{\w+}")]
    private static partial Regex PathParameter();

    private sealed record Request(string Method, string Address, IReadOnlyList<string> Headers, string Body)
    {
        /// <summary>The path, with variables as they are written.</summary>
        public string Path => Address.Replace("{{host}}", "", StringComparison.Ordinal).Split('?')[0];

        /// <summary>Reads a title, a request line, headers and, after an empty line, a body.</summary>
        public static Request Parse(string block)
        {
            var lines = block.Split('\n');
            var head = lines.Skip(1).TakeWhile(line => line != "").ToList();
            var words = head[0].Split(' ');
            return new Request(words[0], words[1], head[1..], string.Join('\n', lines.Skip(head.Count + 2)).Trim());
        }

        public HttpRequestMessage ToMessage(Dictionary<string, string> variables)
        {
            var message = new HttpRequestMessage(HttpMethod.Parse(Method), Fill(Address, variables));
            if (Body != "")
                message.Content = new StringContent(Body);
            foreach (var header in Headers.Select(header => header.Split(": ", 2)))
            {
                if (header[0] == "Content-Type")
                    message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(header[1]);
                else
                    message.Headers.Add(header[0], Fill(header[1], variables));
            }

            return message;
        }

        private static string Fill(string template, Dictionary<string, string> variables) =>
            variables.Aggregate(template, (text, variable) => text.Replace($"{{{{{variable.Key}}}}}", variable.Value, StringComparison.Ordinal));
    }
}
