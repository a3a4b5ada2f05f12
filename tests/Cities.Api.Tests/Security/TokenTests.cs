using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cities.Api.Tests.Security;

/// <summary>Tokens, as <c>dotnet user-jwts</c> and an OpenID Connect issuer make them: docs/access.md.</summary>
public sealed class TokenTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const string Me = "/api/v1/admin/me";
    private const string Section = "Authentication:Schemes:Bearer";
    private const string Issuer = "dotnet-user-jwts";

    private const string NotAName =
        "The token's claim 'sub' is not a name of 1 to 255 visible characters that neither begins nor ends with a space, and does not begin with 'key:'.";

    private const string NotAnAccessToken = "The token is not an access token. The API accepts no ID tokens and no logout tokens.";
    private const string Critical = "The token's header has 'crit', and the API knows none of the critical extensions.";

    private static readonly string[] TwoNames = ["alice", "bob"];
    private static readonly byte[] SigningKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>What <c>dotnet user-jwts create</c> writes into settings and user secrets.</summary>
    internal static readonly (string, string)[] UserJwts =
    [
        ($"{Section}:ValidAudiences:0", "another"),
        ($"{Section}:ValidAudiences:1", "cities"),
        ($"{Section}:ValidIssuer", Issuer),
        ($"{Section}:SigningKeys:0:Id", "1"),
        ($"{Section}:SigningKeys:0:Issuer", Issuer),
        ($"{Section}:SigningKeys:0:Value", Convert.ToBase64String(SigningKey)),
        ($"{Section}:SigningKeys:0:Length", "32"),
    ];

    public static TheoryData<string, Action<SecurityTokenDescriptor>> Wrong => new()
    {
        { "The token has the wrong issuer.", token => token.Issuer = "https://another.example" },
        { "The token has the wrong audience.", token => token.Audience = "others" },
        { "The token has expired.", token => token.Expires = DateTime.UtcNow.AddMinutes(-2) },
        { "The token is not valid yet.", token => token.NotBefore = DateTime.UtcNow.AddMinutes(5) },
        { "The token has no expiry time.", token => token.Expires = null },
        { "The token's signature is not valid.", token => token.SigningCredentials = Credentials(RandomNumberGenerator.GetBytes(32)) },
        { NotAName, token => token.Claims.Remove("sub") },
        { NotAnAccessToken, token => token.TokenType = "logout+jwt" },
        { NotAnAccessToken, token => token.TokenType = "secevent+jwt" },
        { NotAnAccessToken, token => token.Claims["nonce"] = "n-0S6_WzA2Mj" },
        { NotAnAccessToken, token => token.Claims["at_hash"] = "MTIzNDU2Nzg5MDEyMzQ1Ng" },
        { NotAnAccessToken, token => token.Claims["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() } },
        { NotAnAccessToken, token => token.Claims["typ"] = "ID" },
        { NotAnAccessToken, token => token.Claims["typ"] = "Refresh" },
        { NotAnAccessToken, token => token.Claims["token_use"] = "id" },
        { Critical, token => token.AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = TwoNames, ["exp"] = 1 } },
        { Critical, token => token.AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = Array.Empty<string>() } },
    };

    /// <summary>Names that look like another one, or cannot be stored.</summary>
    public static TheoryData<string> Spoofed =>
    [
        "", " ", "key:admin", "KEY:admin", " key:admin", "alice ", "alice\u00A0", "\u3000alice", "al\u2003ice", "al\u200Bice", "al\u200Dice", "\u202Eecila",
        "alice\n", "alice\r\n2026-01-01 admin", "a\tb", "a\0b", "\0", "a\u001Bb", "a\u007Fb", "a\u0085b", "a\u2028b", "\uFEFFalice", "ali\u00ADce", "\U000E0001alice", "\uE000", "\uFFFD",
        new string('a', 256),
    ];

    [Theory]
    [InlineData("role", "admin", "admin")]
    [InlineData("role", "EDITOR", "editor")]
    [InlineData("roles", "reader,editor", "editor")]
    [InlineData("roles", "offline_access,reader,3", "reader")]
    public async Task A_token_says_who_asks_and_what_it_may(string claim, string roles, string expected)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        var caller = await GetCallerAsync(client, CreateToken(token =>
        {
            token.Claims.Remove("role");
            token.Claims[claim] = roles.Contains(',', StringComparison.Ordinal) ? roles.Split(',') : roles;
        }));

        Assert.Equal(("alice", expected, "token"), ((string)caller["name"]!, (string)caller["role"]!, (string)caller["signedInBy"]!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("owner")]
    [InlineData("3")]
    public async Task A_token_without_a_role_lets_do_what_anybody_may(string? role)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);
        var token = CreateToken(token =>
        {
            token.Claims.Remove("role");
            if (role is not null)
                token.Claims["role"] = role;
        });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, London, token));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, Me, token));
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task A_token_that_is_wrong_is_refused_even_where_anybody_may_read(string detail, Action<SecurityTokenDescriptor> change)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        foreach (var path in new[] { London, Me })
            await AssertRefusedAsync(client, path, CreateToken(change), detail);
    }

    [Theory]
    [MemberData(nameof(Spoofed), DisableDiscoveryEnumeration = true)]
    public async Task A_subject_that_could_pass_for_another_is_refused(string subject)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        await AssertRefusedAsync(client, Me, CreateToken(token => token.Claims["sub"] = subject), NotAName);
    }

    [Theory]
    [InlineData("alice@example.org")]
    [InlineData("auth0|5f7c8ec7c33c6c004bbafe82")]
    [InlineData("Zoë Müller 東京")]
    [InlineData("monkey:1")]
    public async Task A_subject_of_visible_characters_is_a_name(string subject)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        var caller = await GetCallerAsync(client, CreateToken(token => token.Claims["sub"] = subject));

        Assert.Equal((subject, Issuer), ((string?)caller["name"], (string?)caller["issuer"]));
    }

    [Theory]
    [InlineData("at+jwt", "nonce", "n")]
    [InlineData("JWT", "typ", "Bearer")]
    [InlineData("JWT", "token_use", "access")]
    public async Task An_access_token_that_says_so_is_taken(string type, string claim, string value)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        await GetCallerAsync(client, CreateToken(token =>
        {
            token.TokenType = type;
            token.Claims[claim] = value;
        }));
    }

    [Fact]
    public async Task The_audit_log_says_which_issuer_a_subject_is_of()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, UserJwts);
        foreach (var credential in new[] { CreateToken(), await database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/admin/cities/2643743")
            {
                Content = new StringContent($$"""{"population":{{credential.Length}}}""", Encoding.UTF8, "application/merge-patch+json"),
            };
            request.Headers.Add("Authorization", $"Bearer {credential}");
            request.Headers.Add("If-Match", "*");
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using var log = await client.AskAsync("/api/v1/admin/audit", ("Authorization", $"Bearer {CreateToken()}"));
        var entries = (await log.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["results"]!.AsArray();
        Assert.Equal([("key:jo", null), ("alice", Issuer)], entries.Select(entry => ((string?)entry!["actor"], (string?)entry["issuer"])));
    }

    [Fact]
    public async Task A_token_that_is_not_signed_is_refused()
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);
        var signed = CreateToken();
        var payload = signed.Split('.')[1];
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"JWT"}"""));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, London, signed));
        foreach (var token in new[] { $"{header}.{payload}.", $"{header}.{payload}.{signed.Split('.')[2]}", $"{signed.Split('.')[0]}.{payload}.", "a.b.c", "nonsense" })
            await AssertRefusedAsync(client, Me, token, detail: null);
    }

    [Fact]
    public async Task Keys_are_taken_beside_tokens()
    {
        using var client = api.CreateClient(api.Database.ConnectionString, UserJwts);

        Assert.Equal("key:admin", (string?)(await GetCallerAsync(client, api.AdminKey))["name"]);
        await AssertRefusedAsync(client, London, api.AdminKey[..^1] + "_", "The key is not known.");
    }

    [Fact]
    public async Task Which_claims_say_it_can_be_chosen()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString,
            [.. UserJwts, ("Api:Authentication:NameClaim", "preferred_username"), ("Api:Authentication:RoleClaims", "groups, cities_role")]);

        var caller = await GetCallerAsync(client, CreateToken(token =>
        {
            token.Claims["preferred_username"] = "Alice A.";
            token.Claims["cities_role"] = "editor";
        }));

        Assert.Equal(("Alice A.", "editor"), ((string)caller["name"]!, (string)caller["role"]!));
    }

    [Fact]
    public async Task Each_subject_has_a_limit_of_its_own()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString,
            [
                .. UserJwts, ("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:KeyPerSecond", "1"), ("Api:RateLimit:KeyBurst", "3"),
            ]);
        // Another token each time, of the same subject.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
            statuses.Add(await StatusAsync(client, London, CreateToken(token => token.Claims["jti"] = $"{i}")));

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, London, CreateToken(token => token.Claims["sub"] = "bob")));
    }

    [Fact]
    public void Tokens_of_whatever_audience_are_not_taken_by_oversight()
    {
        var exception = Assert.ThrowsAny<Exception>(() => api.CreateFactory(
            api.Database.ConnectionString,
            // The settings of development have an audience.
            [("environment", "Production"), .. UserJwts.Where(setting => !setting.Item1.Contains("Audience", StringComparison.Ordinal))]).CreateClient());

        Assert.Contains("ValidAudiences is missing", Assert.IsType<OptionsValidationException>(exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuers_tokens_count_by_the_keys_that_it_tells()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        using var client = CreateClient(issuer);

        Assert.Equal("alice", (string?)(await GetCallerAsync(client, issuer.CreateToken()))["name"]);

        await AssertRefusedAsync(
            client, Me, issuer.CreateToken(token => token.Issuer = "https://another.example"), "The token has the wrong issuer.");
        await AssertRefusedAsync(client, Me, issuer.CreateToken(token => token.Audience = "others"), "The token has the wrong audience.");
        using var forged = RSA.Create(2048);
        await AssertRefusedAsync(
            client,
            Me,
            issuer.CreateToken(token => token.SigningCredentials = new SigningCredentials(
                new RsaSecurityKey(forged) { KeyId = "1" }, SecurityAlgorithms.RsaSha256)),
            "The token's signature is not valid.");
        // The public key, which everybody knows, as if it were a secret that is shared.
        await AssertRefusedAsync(
            client, Me, issuer.CreateToken(token => token.SigningCredentials = Credentials(issuer.PublicKey.Modulus!)), "The token's signature is not valid.");
    }

    [Fact]
    public async Task While_an_issuer_is_away_that_never_told_its_keys_nobody_is_told_that_a_token_is_wrong()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        issuer.IsAway = true;
        using var client = CreateClient(issuer);

        using var response = await client.AskAsync(Me, ("Authorization", $"Bearer {issuer.CreateToken()}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("issuer", (string?)(await KeyTests.ReadProblemAsync(response))["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(London)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, Me, api.AdminKey));

        issuer.IsAway = false;
        await HttpTesting.EventuallyAsync(async () => await StatusAsync(client, Me, issuer.CreateToken()) == HttpStatusCode.OK);
        // What it has told goes on without it.
        issuer.IsAway = true;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, Me, issuer.CreateToken()));
    }

    private HttpClient CreateClient(TokenIssuer issuer) =>
        api.CreateFactory(
            api.Database.ConnectionString,
            ($"{Section}:Authority", issuer.Address),
            ($"{Section}:RequireHttpsMetadata", "false"),
            ($"{Section}:ValidAudiences:0", "cities")).CreateClient();

    internal static string CreateToken(Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = TokenIssuer.Describe(Issuer, Credentials(SigningKey));
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>Signs what may be no token.</summary>
    internal static string Sign(string header, string payload)
    {
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{content}.{Base64Url.EncodeToString(HMACSHA256.HashData(SigningKey, Encoding.ASCII.GetBytes(content)))}";
    }

    private static SigningCredentials Credentials(byte[] key) =>
        new(new SymmetricSecurityKey(key) { KeyId = "1" }, SecurityAlgorithms.HmacSha256);

    private static async Task<JsonNode> GetCallerAsync(HttpClient client, string token)
    {
        using var response = await client.AskAsync(Me, ("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string token)
    {
        using var response = await client.AskAsync(path, ("Authorization", $"Bearer {token}"));
        return response.StatusCode;
    }

    private static async Task AssertRefusedAsync(HttpClient client, string path, string token, string? detail)
    {
        using var response = await client.AskAsync(path, ("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var problem = await KeyTests.ReadProblemAsync(response);
        if (detail is not null)
            Assert.Equal(detail, (string?)problem["detail"]);
        Assert.DoesNotContain("IDX", problem.ToJsonString(), StringComparison.Ordinal);
    }
}
