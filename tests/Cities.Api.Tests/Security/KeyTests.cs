using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.AspNetCore.Builder;

namespace Cities.Api.Tests.Security;

/// <summary>Who may do what by a key, and which keys count: docs/access.md.</summary>
public sealed class KeyTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const string Me = "/api/v1/admin/me";

    [Theory]
    [InlineData(null, 200, 401, 401, 401)]
    [InlineData(ApiRole.Reader, 200, 200, 403, 403)]
    [InlineData(ApiRole.Editor, 200, 200, 200, 403)]
    [InlineData(ApiRole.Admin, 200, 200, 200, 200)]
    public async Task A_role_may_do_what_those_before_it_may(ApiRole? role, params int[] expected)
    {
        string[] needed = ["nothing", Policies.Reader, Policies.Editor, Policies.Admin];
        await using var endpoints = await EndpointApi.StartAsync(api.Database.ConnectionString, app =>
        {
            app.MapGet("/nothing", () => "done");
            foreach (var policy in needed[1..])
                app.MapGet($"/{policy}", () => "done").RequireAuthorization(policy);
        });
        (string, string)[] headers = role is { } given ? [("X-Api-Key", await api.Database.CreateKeyAsync(given))] : [];

        for (var i = 0; i < needed.Length; i++)
        {
            using var response = await endpoints.Client.AskAsync($"/{needed[i]}", headers);
            Assert.Equal(expected[i], (int)response.StatusCode);
            if (expected[i] == 200)
                continue;
            var problem = await ReadProblemAsync(response);
            Assert.Equal(expected[i], (int)problem["status"]!);
            Assert.Contains(
                expected[i] == 401 ? "requires a key or a token" : $"requires the role {needed[i]}; key:", (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.StartsWith("Bearer realm=\"Cities\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refused_requests_are_logged_and_a_flood_of_them_is_not()
    {
        await using var endpoints = await EndpointApi.StartAsync(
            api.Database.ConnectionString, app => app.MapGet("/needs/{what}", () => "done").RequireAuthorization(Policies.Admin));
        var key = await api.Database.CreateKeyAsync(ApiRole.Reader, key => key.Name = "curious");

        (await endpoints.Client.AskAsync("/needs/a-secret")).Dispose();
        Assert.Empty(endpoints.Log.GetSnapshot());
        (await endpoints.Client.AskAsync("/needs/a-secret", ("X-Api-Key", key))).Dispose();
        for (var i = 0; i < 2 * AccessDenials.LogLimit; i++)
            (await endpoints.Client.AskAsync("/needs/a-secret", ("X-Api-Key", "guess"))).Dispose();

        var lines = endpoints.Log.GetSnapshot().Select(line => line.Message).ToList();
        Assert.Contains("403", lines[0], StringComparison.Ordinal);
        Assert.Contains("key:curious", lines[0], StringComparison.Ordinal);
        Assert.Contains("GET /needs/{what}: The key is malformed.", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
        // A limit for each of at most a few minutes.
        Assert.InRange(lines.Count, AccessDenials.LogLimit, 2 * AccessDenials.LogLimit);
    }

    [Theory]
    [InlineData("X-Api-Key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    public async Task A_key_says_who_asks_in_either_header(string header, string prefix)
    {
        var key = await api.Database.CreateKeyAsync(ApiRole.Editor, key => key.Name = $"in.{header}.{prefix.Trim()}x");

        using var response = await api.Client.AskAsync(Me, (header, prefix + key));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        var caller = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Equal(
            ($"key:in.{header}.{prefix.Trim()}x", "editor", "key"), ((string)caller!["name"]!, (string)caller["role"]!, (string)caller["signedInBy"]!));
    }

    [Theory]
    [InlineData("X-Api-Key", "cities_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "The key is not known.")]
    [InlineData("Authorization", "Bearer cities_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "The key is not known.")]
    [InlineData("X-Api-Key", "cities_AAAA", "The key is malformed.")]
    [InlineData("X-Api-Key", "' OR 1=1 --", "The key is malformed.")]
    [InlineData("Authorization", "Bearer", "The request has more than one Authorization header, or its scheme is not Bearer.")]
    [InlineData("Authorization", "Basic YTpi", "The request has more than one Authorization header, or its scheme is not Bearer.")]
    public async Task Who_means_to_be_somebody_and_is_not_is_refused_even_where_anybody_may_read(string header, string value, string detail)
    {
        foreach (var path in new[] { London, "/tiles/cities/0/0/0.mvt", "/ogc", "/openapi/v1.json", "/api/v1/nothing" })
        {
            using var response = await api.Client.AskAsync(path, (header, value));

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(detail, (string?)(await ReadProblemAsync(response))["detail"]);
            Assert.Equal(
                $"Bearer realm=\"Cities\", error=\"invalid_token\", error_description=\"{detail}\"", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        }

        await HttpTesting.ReadyAsync(api.Client, (header, value));
    }

    [Fact]
    public async Task A_token_is_refused_where_nobodys_tokens_are_taken()
    {
        // In development, user secrets may say whose are.
        using var client = api.CreateClient(api.Database.ConnectionString, ("environment", "Production"));

        using var response = await client.AskAsync(London, ("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("This API accepts keys, but no tokens.", (string?)(await ReadProblemAsync(response))["detail"]);
    }

    [Fact]
    public async Task Several_keys_are_none()
    {
        using var response = await api.Client.AskAsync(London, ("X-Api-Key", api.AdminKey), ("X-Api-Key", api.AdminKey));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_key_that_is_revoked_is_refused_a_little_later()
    {
        using var client = api.CreateClient(api.Database.ConnectionString, ("Api:Authentication:KeyCache", "00:00:01"));
        using var remembering = api.CreateClient(api.Database.ConnectionString, ("Api:Authentication:KeyCache", "00:10:00"));
        var key = await api.Database.CreateKeyAsync(ApiRole.Reader);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(remembering, key));

        await api.Database.ExecuteAsync($"UPDATE api_keys SET revoked_at = now() WHERE hash = sha256('{key}')");

        await HttpTesting.EventuallyAsync(async () => await StatusAsync(client, key) == HttpStatusCode.Unauthorized);
        using var refused = await client.AskAsync(London, ("X-Api-Key", key));
        Assert.Equal("The key has been revoked.", (string?)(await ReadProblemAsync(refused))["detail"]);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(remembering, key));
    }

    [Fact]
    public async Task A_key_ends_when_it_was_to_end_whatever_is_remembered()
    {
        using var client = api.CreateClient(api.Database.ConnectionString, ("Api:Authentication:KeyCache", "00:10:00"));
        var key = await api.Database.CreateKeyAsync(ApiRole.Reader, key => key.ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(15));
        var ended = await api.Database.CreateKeyAsync(ApiRole.Reader, key => key.ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, key));
        using var refused = await client.AskAsync(London, ("X-Api-Key", ended));
        Assert.Equal("The key has expired.", (string?)(await ReadProblemAsync(refused))["detail"]);
        await HttpTesting.EventuallyAsync(async () => await StatusAsync(client, key) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_that_was_just_made_counts_at_once()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(api.Client, await api.Database.CreateKeyAsync(ApiRole.Reader)));
    }

    [Fact]
    public async Task What_is_answered_to_a_key_is_what_is_answered_to_anybody_and_kept_for_both()
    {
        using var anybody = await api.Client.AskAsync(London);
        using var somebody = await api.Client.AskAsync(London, ("X-Api-Key", api.AdminKey));

        Assert.Equal(anybody.Headers.ETag, somebody.Headers.ETag);
        Assert.True(somebody.Headers.CacheControl!.Public);
        Assert.Equal(await anybody.BytesAsync(), await somebody.BytesAsync());
        using var unchanged = await api.Client.AskAsync(London, ("X-Api-Key", api.AdminKey), ("If-None-Match", $"{anybody.Headers.ETag}"));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Each_key_has_a_limit_of_its_own()
    {
        using var client = CreateLimitedClient(perSecond: 1000, burst: 1000, ("Api:RateLimit:KeyPerSecond", "1"), ("Api:RateLimit:KeyBurst", "30"));
        var slow = await api.Database.CreateKeyAsync(ApiRole.Reader, key => key.RequestsPerSecond = 1);
        var usual = await api.Database.CreateKeyAsync(ApiRole.Reader);

        Assert.InRange(await AskUntilRefusedAsync(client, slow), 2, 10);
        Assert.InRange(await AskUntilRefusedAsync(client, usual), 30, 60);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, await api.Database.CreateKeyAsync(ApiRole.Reader)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, null));
    }

    /// <summary>To look a key up again counts for nothing at an address whose requests are refused.</summary>
    [Fact]
    public async Task A_key_is_served_where_its_address_is_not_however_often_it_is_looked_up()
    {
        var duration = TimeSpan.FromMilliseconds(100);
        using var client = CreateLimitedClient(perSecond: 1, burst: 5, ("Api:Authentication:KeyCache", $"{duration}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, api.AdminKey));

        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(2 * duration, TestContext.Current.CancellationToken);
            await AskUntilRefusedAsync(client, null);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, api.AdminKey));
        }
    }

    [Fact]
    public async Task A_key_is_served_where_its_address_is_not_any_more()
    {
        using var client = CreateLimitedClient(perSecond: 1, burst: 5);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, api.AdminKey));

        await AskUntilRefusedAsync(client, null);

        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, api.AdminKey));
    }

    [Fact]
    public async Task Who_tries_keys_has_used_up_what_the_address_has()
    {
        using var client = CreateLimitedClient(perSecond: 1, burst: 10);

        // Each is another one, so that nothing is remembered of it.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 100; i++)
            statuses.Add(await StatusAsync(client, ApiKeys.Create()));

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses.Distinct());
        Assert.InRange(statuses.Count(status => status == HttpStatusCode.Unauthorized), 1, 50);
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, null));
    }

    [Fact]
    public async Task While_the_database_is_away_nobody_is_told_that_a_key_is_wrong()
    {
        using var client = api.CreateClient("Host=127.0.0.1;Port=1;Database=none;Timeout=2");

        foreach (var path in new[] { London, Me })
        {
            using var response = await client.AskAsync(path, ("X-Api-Key", api.AdminKey));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Contains("database", (string?)(await ReadProblemAsync(response))["detail"], StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.AskAsync(Me)).StatusCode);
    }

    private HttpClient CreateLimitedClient(int perSecond, int burst, params (string, string)[] settings) =>
        api.CreateClient(
            api.Database.ConnectionString,
            [
                ("Api:RateLimit:Enabled", "true"),
                ("Api:RateLimit:PerSecond", $"{perSecond}"),
                ("Api:RateLimit:Burst", $"{burst}"),
                ("Api:Authentication:KeyCache", "00:10:00"),
                .. settings,
            ]);

    /// <summary>How many requests are served before one is refused for there are too many.</summary>
    private static async Task<int> AskUntilRefusedAsync(HttpClient client, string? key)
    {
        for (var served = 0; served < 1000; served++)
        {
            var status = await StatusAsync(client, key);
            if (status == HttpStatusCode.TooManyRequests)
                return served;
            Assert.Equal(HttpStatusCode.OK, status);
        }

        Assert.Fail("No request was refused.");
        return 0;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string? key)
    {
        using var response = await client.AskAsync(London, key is null ? [] : [("X-Api-Key", key)]);
        return response.StatusCode;
    }

    internal static async Task<JsonNode> ReadProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }
}
