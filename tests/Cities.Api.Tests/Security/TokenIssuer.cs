using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cities.Api.Tests.Security;

/// <summary>An OpenID Connect issuer on a loopback address: its discovery document, and the key that its tokens are signed with.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);

    private TokenIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Whether it answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>The key that it tells everybody.</summary>
    public RSAParameters PublicKey => _rsa.ExportParameters(includePrivateParameters: false);

    public static async Task<TokenIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new TokenIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => issuer.IsAway
            ? Results.StatusCode(503)
            : Results.Json(new Dictionary<string, string> { ["issuer"] = issuer.Address, ["jwks_uri"] = $"{issuer.Address}/keys" }));
        app.MapGet("/keys", () => Results.Json(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA",
                    use = "sig",
                    kid = "1",
                    alg = "RS256",
                    n = Base64Url.EncodeToString(issuer.PublicKey.Modulus),
                    e = Base64Url.EncodeToString(issuer.PublicKey.Exponent),
                },
            },
        }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>Makes a token.</summary>
    public string CreateToken(Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = Describe(Address, new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = "1" }, SecurityAlgorithms.RsaSha256));
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>A token of an admin, for the audience of the tests.</summary>
    public static SecurityTokenDescriptor Describe(string issuer, SigningCredentials credentials) => new()
    {
        Issuer = issuer,
        Audience = "cities",
        Expires = DateTime.UtcNow.AddMinutes(10),
        Claims = new Dictionary<string, object> { ["sub"] = "alice", ["role"] = "admin" },
        SigningCredentials = credentials,
    };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
