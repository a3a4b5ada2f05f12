using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cities.Api.Tests.Http;

public sealed class DrainingTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task One_that_is_told_to_stop_is_not_ready_and_serves_on_until_balancers_have_turned_elsewhere()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString, ("Api:DrainTime", "00:00:02"));
        using var client = factory.CreateKestrelClient();
        using var before = await client.AskAsync(London);
        Assert.NotEqual(true, before.Headers.ConnectionClose);

        factory.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var waited = Stopwatch.StartNew();
        var stopping = factory.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);

        using var health = await client.AskAsync("/health");
        using var alive = await client.AskAsync("/alive");
        using var london = await client.AskAsync(London);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains(
            "The service is stopping.", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (alive.StatusCode, london.StatusCode));
        Assert.True(london.Headers.ConnectionClose);
        Assert.False(stopping.IsCompleted, $"It has stopped after {waited.Elapsed}.");
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.AskAsync(London));
    }
}
