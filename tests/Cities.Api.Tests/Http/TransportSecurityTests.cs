using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.Api.Tests.Http;

public sealed class TransportSecurityTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task Where_the_API_speaks_TLS_it_leads_there_and_browsers_remember_it()
    {
        using var certificate = CreateCertificate();
        await using var factory = api.CreateFactory(api.Database.ConnectionString, ("urls", "http://127.0.0.1:0;https://127.0.0.1:0"));
        factory.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        factory.StartServer();
        var (http, https) = (Address(factory, "http"), Address(factory, "https"));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString() },
        });

        // No name of this machine: HSTS leaves those alone.
        using var plain = await client.AskAsync($"{http}{London}?f=json", ("Host", "cities.example"));
        using var secure = await client.AskAsync($"{https}{London}", ("Host", "cities.example"));
        using var probe = await client.AskAsync($"{http}/health");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, plain.StatusCode);
        Assert.Equal(new Uri($"https://cities.example:{new Uri(https).Port}{London}?f=json"), plain.Headers.Location);
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal(HttpStatusCode.OK, secure.StatusCode);
        Assert.StartsWith("max-age=", secure.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Behind_a_proxy_both_are_left_to_the_proxy(string scheme)
    {
        using var client = api.CreateFactory(api.Database.ConnectionString, ("Api:ForwardedHeaders:KnownProxies", "127.0.0.1")).CreateKestrelClient();

        using var response = await client.AskAsync(
            London, ("Host", "cities.example"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", scheme));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("*", "cross-origin")]
    [InlineData("https://map.example", "same-origin")]
    public async Task Other_sites_pages_may_load_what_they_may_read(string origins, string policy)
    {
        using var client = api.CreateClient(api.Database.ConnectionString, ("Api:Cors:Origins", origins));

        foreach (var path in new[] { London, "/tiles/cities/0/0/0.mvt", "/api/v1/cities/1", "/api/v1/cities?limit=0" })
        {
            using var response = await client.AskAsync(path);
            Assert.Equal([policy], response.Headers.GetValues("Cross-Origin-Resource-Policy"));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/imports.html")]
    [InlineData("/scalar/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/redoc/index.html")]
    public async Task Pages_stand_in_no_frame_and_tell_no_other_site_where_a_link_was(string path)
    {
        using var response = await api.Client.AskAsync(path);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
    }

    private static string Address(WebApplicationFactory<PageRequest> factory, string scheme) =>
        factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Single(address => address.StartsWith($"{scheme}:", StringComparison.Ordinal));

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cities.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        // Windows wants the key in a store.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
