using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Security;
using CsCheck;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>
/// Tokens that are rightly signed, whose header and claims are made up. CITIES_FUZZ and CITIES_FUZZ_SEED are those of
/// <see cref="FuzzTests"/>.
/// </summary>
public sealed class TokenFuzzTests(ApiFixture api)
{
    private const int DefaultTokens = 400;
    private const string London = "/api/v1/admin/cities/2643743";

    /// <summary>Values in JSON, of any type, some of them no JSON.</summary>
    private static readonly Gen<string> Value = Gen.Frequency(
        (6, Gen.OneOfConst(
            "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00a\"", "\"a\\nb\"", "\"\\u200b\"", "\"\\u202eadmin\"", "\" key:admin\"", "\"key:admin\"", "\"\\ufeffkey:admin\"", "\"\\ufffe\"",
            "\"alice\"", "\"bob\"", "\"admin\"", "\"2026-01-01T00:00:00Z\"", "null", "true", "0", "-1", "1e400", "1e-400", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "253402300800",
            "[]", "[\"alice\"]", "[\"alice\",\"bob\"]", "[null]", "[[[]]]", "{}", "{\"a\":{}}", "{\"\\u0000\":1}", "\"'; DROP TABLE audit_log; --\"", "NaN", "", "\"", "\\")),
        (1, Gen.Int[200, 4000].Select(length => $"\"{new string('a', length)}\"")),
        (1, Gen.Int[1, 200].Select(depth => new string('[', depth) + new string(']', depth))),
        (2, Gen.String[0, 20].Select(text => JsonSerializer.Serialize(text))));

    private static readonly Gen<string> Claim = Gen.Frequency(
        (6, Gen.Const("sub")), (3, Gen.OneOfConst("role", "roles")),
        (2, Gen.OneOfConst("iss", "aud", "exp", "nbf", "iat", "jti", "typ", "token_use", "nonce", "events", "at_hash", "name", "issuer", "requests_per_second", "", "\\u0000", "\\ud800")));

    private static readonly Gen<string> HeaderClaim = Gen.OneOfConst("alg", "typ", "crit", "kid", "cty", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c", "");

    [Fact]
    public async Task No_claim_of_a_token_breaks_the_API_or_signs_for_another()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, TokenTests.UserJwts);
        var tokens = (int)FuzzTests.Number("CITIES_FUZZ", DefaultTokens);
        var seed = FuzzTests.Number("CITIES_FUZZ_SEED", FuzzTests.DefaultSeed);
        var expires = DateTimeOffset.UtcNow.AddHours(10).ToUnixTimeSeconds();
        var payload = Members(
            Claim,
            $$"""
            "iss":"dotnet-user-jwts","aud":"cities","exp":{{expires}},"sub":"alice","role":"editor"
            """.Split(','));
        var header = Members(HeaderClaim, ["\"alg\":\"HS256\"", "\"typ\":\"JWT\"", "\"kid\":\"1\""], 8);
        var accepted = 0;
        for (var i = 0; i < tokens; i++)
        {
            var (head, claims) = Gen.Select(header, payload).Generate(new PCG((uint)i, seed), null, out _);
            using var request = new HttpRequestMessage(HttpMethod.Patch, London)
            {
                Content = new StringContent($$"""{"population":{{i}}}""", Encoding.UTF8, "application/merge-patch+json"),
            };
            request.Headers.Add("Authorization", $"Bearer {TokenTests.Sign(head, claims)}");
            request.Headers.Add("If-Match", "*");
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.RequestHeaderFieldsTooLarge,
                $"CITIES_FUZZ_SEED={seed}, {i}: {response.StatusCode}\n{head}\n{claims}\n{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            accepted += response.IsSuccessStatusCode ? 1 : 0;
        }

        Assert.InRange(accepted, 1, tokens - 1);
        var actors = JsonNode.Parse(await database.ScalarAsync<string>("SELECT json_agg(DISTINCT actor)::text FROM audit_log"))!.AsArray().Select(actor => (string)actor!);
        Assert.All(actors, actor => Assert.True(
            actor.Trim() == actor && !actor.StartsWith("key:", StringComparison.OrdinalIgnoreCase)
            && actor.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)),
            actor));
        Assert.Equal("dotnet-user-jwts", await database.ScalarAsync<string>("SELECT string_agg(DISTINCT issuer, ',') FROM audit_log"));
    }

    /// <summary>An object with the members that it should have, some of them replaced, repeated or missing.</summary>
    private static Gen<string> Members(Gen<string> name, string[] members, int weight = 2) => Gen.Select(
        Gen.Frequency((weight, Gen.Const(members)), (1, Gen.Int[0, members.Length - 1].Select(index => members.Where((_, i) => i != index).ToArray()))),
        Gen.Frequency(
            (weight, Gen.Const(Array.Empty<string>())),
            (4, Gen.Select(name, Value, (key, value) => $"\"{key}\":{value}").Array[1, 2])),
        Gen.Bool,
        (kept, added, isFirst) =>
        {
            var names = added.Select(member => member[..member.IndexOf(':', StringComparison.Ordinal)]).ToList();
            var others = kept.Where(member => isFirst || !names.Any(member.StartsWith));
            return $"{{{string.Join(',', isFirst ? added.Concat(others) : others.Concat(added))}}}";
        });
}
