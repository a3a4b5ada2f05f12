using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>Editors at work, on a database of their own.</summary>
public sealed class AdminCitiesTests(ApiFixture api) : IAsyncLifetime
{
    private const string London = "/api/v1/admin/cities/2643743";
    private const string MergePatch = "application/merge-patch+json";

    private TestDatabase _database = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await api.CreateMigratedDatabaseAsync();
        await _database.ImportSampleAsync(Cancellation, minimumPopulation: 100_000);
        _client = api.CreateSignedInClient(_database.ConnectionString, await _database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo"));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_correction_is_served_everywhere_within_a_second_and_GeoNames_value_comes_back_with_a_revert()
    {
        const string detail = "/api/v1/cities/2643743?fields=name,population,origin";
        var before = await ReadAsync(await _client.AskAsync(detail));
        Assert.Equal("geonames", (string?)before.Json["origin"]);

        var city = await GetCityAsync();
        var corrected = await SendAsync(HttpMethod.Patch, London, """{"name":"Lundenwic","population":9089736}""", city.ETag);
        Assert.Equal(HttpStatusCode.OK, corrected.Status);
        Assert.NotEqual(city.ETag, corrected.ETag);
        Assert.Equal("corrected", (string?)corrected.Json["origin"]);
        Assert.Equal(["name", "asciiName", "population"], corrected.Json["corrected"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(("Lundenwic", 9089736), ((string?)corrected.Json["values"]!["name"], (int)corrected.Json["values"]!["population"]!));
        Assert.Equal("London", (string?)corrected.Json["geonames"]!["name"]);
        Assert.Equal("key:jo", (string?)corrected.Json["changedBy"]);

        await HttpTesting.NextVersionCheckAsync();
        var after = await ReadAsync(await _client.AskAsync(detail));
        Assert.NotEqual(before.ETag, after.ETag);
        Assert.Equal(("Lundenwic", 9089736, "corrected"), ((string?)after.Json["name"], (int)after.Json["population"]!, (string?)after.Json["origin"]));
        Assert.Equal("lundenwic-2643743", (string?)(await _client.GetJsonAsync("/api/v1/cities/2643743?fields=slug"))["slug"]);
        Assert.Contains("Lundenwic", await TextAsync("/api/v1/cities?orderBy=-population&limit=1"), StringComparison.Ordinal);
        Assert.Contains("Lundenwic", await TextAsync("/api/v1/cities/autocomplete?query=lundenw"), StringComparison.Ordinal);
        Assert.Contains("Lundenwic", await TextAsync("/api/v1/search?q=lundenwic"), StringComparison.Ordinal);
        Assert.Contains("Lundenwic", await TextAsync("/api/v1/cities?f=csv&fields=name"), StringComparison.Ordinal);
        Assert.Contains("Lundenwic", Encoding.UTF8.GetString(await _client.GetByteArrayAsync("/tiles/cities/0/0/0.mvt", Cancellation)), StringComparison.Ordinal);

        var part = await SendAsync(HttpMethod.Delete, London + "/corrections?fields=name", null, corrected.ETag);
        Assert.Equal(["population"], part.Json["corrected"]!.AsArray().Select(name => (string?)name));
        Assert.Equal("London", (string?)part.Json["values"]!["asciiName"]);
        var whole = await SendAsync(HttpMethod.Delete, London + "/corrections", null, part.ETag);
        Assert.Equal((city.ETag, city.Text), (whole.ETag, whole.Text));
    }

    [Fact]
    public async Task A_value_that_is_GeoNames_own_is_no_correction()
    {
        var city = await GetCityAsync();
        var population = (long)city.Json["values"]!["population"]!;
        await SendAsync(HttpMethod.Patch, London, """{"population":1,"name":"X"}""", "*");

        var back = await SendAsync(HttpMethod.Patch, London, $$"""{"population":{{population}},"name":"London"}""", "*");
        Assert.Equal((city.ETag, "geonames"), (back.ETag, (string?)back.Json["origin"]));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM administration.city_corrections"));

        // What changes nothing leaves no trace.
        await SendAsync(HttpMethod.Patch, London, "{}", "*");
        Assert.Equal(2, await _database.ScalarAsync<long>("SELECT count(*) FROM audit_log"));
    }

    [Fact]
    public async Task Of_two_editors_who_have_seen_the_same_the_second_is_told()
    {
        var seen = await GetCityAsync();
        var answers = await Task.WhenAll(
            SendAsync(HttpMethod.Patch, London, """{"elevation":11}""", seen.ETag), SendAsync(HttpMethod.Patch, London, """{"elevation":12}""", seen.ETag));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], answers.Select(answer => answer.Status).Order());
        var won = answers.Single(answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal((int)won.Json["values"]!["elevation"]!, await _database.ScalarAsync<int>("SELECT elevation FROM cities WHERE id = 2643743"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(HttpMethod.Patch, London, "{}", $"W/{won.ETag}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Patch, London, "{}", $"\"x\", {won.ETag}")).Status);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await SendAsync(HttpMethod.Patch, London, "{}", null)).Status);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await SendAsync(HttpMethod.Delete, London + "/corrections", null, null)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(HttpMethod.Delete, London + "/corrections", null, seen.ETag)).Status);
    }

    [Fact]
    public async Task What_is_wrong_with_a_patch_is_told_by_its_member_and_changes_nothing()
    {
        var before = await GetCityAsync();
        foreach (var (patch, member) in new[]
        {
            ("""{"name":null}""", "name"),
            ("""{"name":""}""", "name"),
            ("""{"name":"a\u0000b"}""", "name"),
            ("""{"name":" a"}""", "name"),
            ("""{"name":7}""", "name"),
            ("""{"asciiName":"Zürich"}""", "asciiName"),
            ("""{"featureCode":"PPLX"}""", "featureCode"),
            ("""{"featureCode":"HLL"}""", "featureCode"),
            ("""{"regionId":1}""", "regionId"),
            ("""{"regionId":null,"subregionId":1}""", "subregionId"),
            ("""{"population":-1}""", "population"),
            ("""{"population":1.5}""", "population"),
            ("""{"population":null}""", "population"),
            ("""{"elevation":9001}""", "elevation"),
            ("""{"timezone":"Europe/Nowhere"}""", "timezone"),
            ("""{"timezone":"posix/Europe/London"}""", "timezone"),
            ("""{"timezone":"right/Europe/London"}""", "timezone"),
            ("""{"timezone":"localtime"}""", "timezone"),
            ("""{"location":null}""", "location"),
            ("""{"location":{"longitude":181}}""", "location"),
            ("""{"location":{"latitude":1e400}}""", "location"),
            ("""{"location":{"latitude":null}}""", "location"),
            ("""{"location":{"height":1}}""", "location"),
            ("""{"countryCode":"FR"}""", "body"),
            ("""{"population":1,"population":2}""", "body"),
            ("""{"name":"\ud800"}""", "body"),
            ("""{"\ud800":1}""", "body"),
            ("""[]""", "body"),
            ("""{""", "body"),
            ("", "body"),
        })
        {
            var answer = await SendAsync(HttpMethod.Patch, London, patch, "*");
            Assert.Equal((patch, HttpStatusCode.BadRequest), (patch, answer.Status));
            Assert.Equal([member], answer.Json["errors"]!.AsObject().Select(error => error.Key));
        }

        Assert.Equal(before.ETag, (await GetCityAsync()).ETag);
    }

    [Fact]
    public async Task A_patch_merges_clears_and_keeps_divisions_together()
    {
        var region = await _database.ScalarAsync<int>("SELECT region_id FROM cities WHERE id = 2643743");
        var patched = await SendAsync(
            HttpMethod.Patch, London, """{"location":{"latitude":51.5},"subregionId":null,"timezone":null,"elevation":11,"name":"Zürich"}""", "*", "application/json");

        var values = patched.Json["values"]!;
        Assert.Equal((-0.12574, 51.5), ((double)values["location"]!["longitude"]!, (double)values["location"]!["latitude"]!));
        Assert.Equal(("Zurich", region, 11), ((string?)values["asciiName"], (int)values["regionId"]!, (int)values["elevation"]!));
        Assert.Null(values["subregionId"]);
        Assert.Null(values["timezone"]);
        Assert.Equal("POINT(-0.12574 51.5)", await _database.ScalarAsync<string>("SELECT ST_AsText(location) FROM cities WHERE id = 2643743"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(HttpMethod.Patch, London, "{}", "*", "text/plain")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Patch, "/api/v1/admin/cities/1", "{}", "*")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Delete, London + "/corrections?fields=nme", null, "*")).Status);
    }

    [Fact]
    public async Task A_local_place_is_added_served_corrected_and_deleted()
    {
        const string place = """{"name":"Pöundbury","countryCode":"GB","location":{"longitude":-2.4622,"latitude":50.7122},"population":4600}""";
        var added = await SendAsync(HttpMethod.Post, "/api/v1/admin/cities", place, null, "application/json");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal($"/api/v1/admin/cities/{CityCorrection.FirstLocalId}", added.Location);
        Assert.Equal(added.ETag, (await ReadAsync(await _client.AskAsync(added.Location!))).ETag);
        Assert.Equal(("local", "Poundbury"), ((string?)added.Json["origin"], (string?)added.Json["values"]!["asciiName"]));

        await HttpTesting.NextVersionCheckAsync();
        var served = await _client.GetJsonAsync($"/api/v1/cities/{CityCorrection.FirstLocalId}");
        Assert.Equal(("Pöundbury", "local"), ((string?)served["name"], (string?)served["origin"]));
        Assert.Contains("local", await TextAsync("/api/v1/cities?fields=origin&orderBy=-id&limit=1"), StringComparison.Ordinal);

        var changed = await SendAsync(HttpMethod.Patch, added.Location!, """{"population":5000}""", added.ETag);
        Assert.Equal(5000, (int)changed.Json["values"]!["population"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, added.Location! + "/corrections", null, changed.ETag)).Status);
        Assert.Equal(1, (int)(await _client.GetJsonAsync("/api/v1/admin/cities?origin=local"))["count"]!);
        Assert.Equal(0, (int)(await _client.GetJsonAsync("/api/v1/admin/cities?origin=corrected"))["count"]!);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(HttpMethod.Delete, added.Location!, null, added.ETag)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, added.Location!, null, changed.ETag)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, added.Location!, null, "*")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, London, null, "*")).Status);
        Assert.Equal(["delete", "correct", "create"], (await _client.GetJsonAsync(added.Location! + "/audit"))["results"]!.AsArray().Select(entry => (string?)entry!["action"]));
    }

    [Fact]
    public async Task What_is_wrong_with_a_place_is_told_by_its_member()
    {
        foreach (var (place, members) in new[]
        {
            ("""{}""", "countryCode,name,location"),
            ("""{"name":"A","countryCode":"ZZ","location":{"longitude":0,"latitude":0}}""", "countryCode"),
            ("""{"name":"A","countryCode":"GB","location":{"longitude":0}}""", "location"),
            ("""{"name":"A","countryCode":"GB","location":{"longitude":0,"latitude":0},"regionId":1}""", "regionId"),
            ("""{"name":"A","countryCode":"GB","location":{"longitude":0,"latitude":0},"id":1}""", "body"),
        })
        {
            var answer = await SendAsync(HttpMethod.Post, "/api/v1/admin/cities", place, null, "application/json");
            Assert.Equal((place, HttpStatusCode.BadRequest), (place, answer.Status));
            Assert.Equal(members, string.Join(',', answer.Json["errors"]!.AsObject().Select(error => error.Key)));
        }
    }

    [Fact]
    public async Task A_name_is_added_found_and_deleted_and_GeoNames_own_are_not()
    {
        var before = await GetCityAsync();
        var added = await SendAsync(
            HttpMethod.Post, London + "/alternative-names", """{"name":"Thamesville","language":"en","isColloquial":true}""", null, "application/json");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal(("Thamesville", "en", "key:jo"), ((string?)added.Json["name"], (string?)added.Json["language"], (string?)added.Json["addedBy"]));
        Assert.Equal($"{London}/alternative-names/{added.Json["id"]}", added.Location);
        Assert.NotEqual(before.ETag, (await GetCityAsync()).ETag);

        await HttpTesting.NextVersionCheckAsync();
        Assert.Contains("London", await TextAsync("/api/v1/search?q=thamesville"), StringComparison.Ordinal);
        var names = (await _client.GetJsonAsync("/api/v1/cities/2643743/names?limit=1000"))["results"]!.AsArray();
        Assert.Equal("local", (string?)names.Single(name => (string?)name!["name"] == "Thamesville")!["origin"]);

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, $"/api/v1/admin/cities/2655603/alternative-names/{added.Json["id"]}", null, null)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, added.Location!, null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, added.Location!, null, null)).Status);
        await _database.ExecuteAsync(
            "INSERT INTO alternative_names (id, geoname_id, kind, name, is_preferred, is_short, is_colloquial, is_historic) VALUES (1, 2643743, 1, 'Own', false, false, false, false)");
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, London + "/alternative-names/1", null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "/api/v1/admin/cities/1/alternative-names", """{"name":"A"}""", null, "application/json")).Status);
        foreach (var (body, member) in new[] { ("{}", "name"), ("""{"name":"A","language":"link"}""", "language"), ("""{"name":"A","isShort":1}""", "isShort"), ("""{"name":"A","from":1}""", "body") })
        {
            var wrong = await SendAsync(HttpMethod.Post, London + "/alternative-names", body, null, "application/json");
            Assert.Equal((HttpStatusCode.BadRequest, member), (wrong.Status, wrong.Json["errors"]!.AsObject().Single().Key));
        }
    }

    [Fact]
    public async Task The_audit_log_says_who_changed_what_when_from_what_to_what()
    {
        var started = DateTimeOffset.UtcNow.AddMinutes(-1);
        var before = (long)(await GetCityAsync()).Json["values"]!["population"]!;
        await SendAsync(HttpMethod.Patch, London, """{"population":1}""", "*");
        using var other = api.CreateSignedInClient(_database.ConnectionString, await _database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "kim"));
        using var request = new HttpRequestMessage(HttpMethod.Delete, London + "/corrections");
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using (var reverted = await other.SendAsync(request, Cancellation))
            Assert.Equal(HttpStatusCode.OK, reverted.StatusCode);

        var entries = (await _client.GetJsonAsync(London + "/audit"))["results"]!.AsArray();
        Assert.Equal([("key:kim", "revert"), ("key:jo", "correct")], entries.Select(entry => ((string?)entry!["actor"], (string?)entry["action"])));
        Assert.Equal((before, 1), ((long)entries[1]!["before"]!["population"]!, (int)entries[1]!["after"]!["population"]!));
        Assert.InRange(entries[0]!["at"]!.GetValue<DateTimeOffset>(), started, DateTimeOffset.UtcNow.AddMinutes(1));

        Assert.Equal(2, await CountAsync("cityId=2643743"));
        Assert.Equal(0, await CountAsync("cityId=1"));
        Assert.Equal(1, await CountAsync("actor=key:jo"));
        Assert.Equal(2, await CountAsync("from=" + Uri.EscapeDataString(started.ToString("O", CultureInfo.InvariantCulture))));
        Assert.Equal(0, await CountAsync("until=" + Uri.EscapeDataString(started.ToString("O", CultureInfo.InvariantCulture))));
        Assert.Equal(["from"], (await GetAsync("/api/v1/admin/audit?from=yesterday")).Json["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/api/v1/admin/cities/1/audit")).Status);

        async Task<int> CountAsync(string query) => (int)(await _client.GetJsonAsync($"/api/v1/admin/audit?{query}"))["count"]!;
    }

    [Fact]
    public async Task While_an_import_puts_its_data_in_place_an_edit_is_told_to_come_back()
    {
        await using var import = new NpgsqlConnection(_database.ConnectionString);
        await import.OpenAsync(Cancellation);
        await using (await import.BeginTransactionAsync(Cancellation))
        {
            await using var locking = new NpgsqlCommand("LOCK TABLE administration.city_corrections IN SHARE ROW EXCLUSIVE MODE", import);
            await locking.ExecuteNonQueryAsync(Cancellation);
            var refused = await SendAsync(HttpMethod.Patch, London, """{"population":1}""", "*");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
            Assert.Contains("An import or another edit is changing the data.", refused.Text, StringComparison.Ordinal);
            Assert.NotEmpty(refused.RetryAfter);
            Assert.Equal(HttpStatusCode.OK, (await GetCityAsync()).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Patch, London, """{"population":1}""", "*")).Status);
    }

    [Fact]
    public async Task The_correction_of_a_city_that_is_gone_is_listed_and_can_be_taken_back()
    {
        await SendAsync(HttpMethod.Patch, London, """{"population":1}""", "*");
        await _database.FlushAsync("city", Cancellation);

        var listed = (await _client.GetJsonAsync("/api/v1/admin/cities"))["results"]![0]!;
        Assert.Equal((2643743, "population"), ((int)listed["id"]!, (string?)listed["corrected"]![0]));
        Assert.Null(listed["name"]);
        Assert.Equal(HttpStatusCode.NotFound, (await GetCityAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, London + "/corrections", null, "\"x\"")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, London + "/corrections", null, "*")).Status);
        Assert.Equal(0, (int)(await _client.GetJsonAsync("/api/v1/admin/cities"))["count"]!);
    }

    [Fact]
    public async Task A_client_that_is_no_editor_is_refused()
    {
        using var anonymous = api.CreateClient(_database.ConnectionString);
        using var reader = api.CreateSignedInClient(_database.ConnectionString, await _database.CreateKeyAsync(ApiRole.Reader));
        foreach (var (client, status) in new[] { (anonymous, HttpStatusCode.Unauthorized), (reader, HttpStatusCode.Forbidden) })
        {
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Get, "/api/v1/admin/cities"), (HttpMethod.Get, London), (HttpMethod.Patch, London), (HttpMethod.Post, "/api/v1/admin/cities"),
                (HttpMethod.Delete, London), (HttpMethod.Delete, London + "/corrections"), (HttpMethod.Post, London + "/alternative-names"),
                (HttpMethod.Delete, London + "/alternative-names/1"), (HttpMethod.Get, "/api/v1/admin/audit"), (HttpMethod.Get, London + "/audit"),
            })
            {
                using var request = new HttpRequestMessage(method, path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
                request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
                using var response = await client.SendAsync(request, Cancellation);
                Assert.Equal((path, status), (path, response.StatusCode));
            }
        }
    }

    private Task<Answer> GetCityAsync() => GetAsync(London);

    private async Task<Answer> GetAsync(string path) => await ReadAsync(await _client.AskAsync(path));

    private Task<string> TextAsync(string path) => _client.GetStringAsync(path, Cancellation);

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? ifMatch, string mediaType = MergePatch)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await ReadAsync(await _client.SendAsync(request, Cancellation));
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(
                response.StatusCode,
                $"{response.Headers.ETag}",
                response.Headers.Location?.OriginalString,
                $"{response.Headers.RetryAfter}",
                await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    private sealed record Answer(HttpStatusCode Status, string ETag, string? Location, string RetryAfter, string Text)
    {
        public JsonNode Json => JsonNode.Parse(Text)!;
    }
}
