using Cities.Api.Tests;
using Cities.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Cities.Client.Tests;

/// <summary>What the client does while the API does not answer.</summary>
public sealed class ResilienceTests(ApiFixture api)
{
    private const int London = 2643743;

    [Fact]
    public async Task The_client_comes_back_when_the_API_said_it_should()
    {
        using var served = new ServedApi(api, (context, request) => RefuseAsync(context, refused: request <= 2));
        var application = served.CreateApplication(builder =>
        {
            builder.AddCitiesClient();
            // It would wait for longer than it may, were it not for Retry-After.
            builder.Services.Configure<HttpStandardResilienceOptions>(
                $"{CitiesClientExtensions.HttpClientName}-standard", options => options.Retry.Delay = TimeSpan.FromHours(1));
        });

        var city = await application.Services.GetRequiredService<ICitiesClient>().GetCityAsync(London, cancellationToken: Token);

        Assert.Equal(("London", 3), (city.Name, served.Requests));
    }

    [Fact]
    public async Task The_body_of_a_request_is_sent_again()
    {
        using var served = new ServedApi(api, (context, request) => RefuseAsync(context, refused: request == 1));

        var within = await served.CreateClient().CitiesWithinAsync(
            Polygons.Of([-0.2, 51.4], [0, 51.4], [0, 51.6], [-0.2, 51.6], [-0.2, 51.4]),
            orderBy: "-population", cancellationToken: Token);

        Assert.Equal((London, 2), (within.Results[0].Id, served.Requests));
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_served_a_little_later()
    {
        using var served = new ServedApi(
            api, (_, _) => Task.FromResult(false),
            ("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:PerSecond", "1"), ("Api:RateLimit:Burst", "1"));
        var cities = served.CreateClient();

        Assert.Equal("London", (await cities.GetCityAsync(London, cancellationToken: Token)).Name);
        Assert.Equal("London", (await cities.GetCityAsync(London, cancellationToken: Token)).Name);

        Assert.True(served.Requests > 2, "No request was refused.");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("twice")]
    public async Task Resilience_and_discovery_are_there_once_whatever_the_application_gives_all_its_clients(string defaults)
    {
        using var served = new ServedApi(api, (context, _) => RefuseAsync(context, refused: true));
        var application = served.CreateApplication(builder =>
        {
            if (defaults == "before")
                builder.AddServiceDefaults();
            builder.AddCitiesClient();
            if (defaults == "after")
                builder.AddServiceDefaults();
            if (defaults == "twice")
                builder.AddCitiesClient();
        });

        var failure = await Assert.ThrowsAsync<CitiesApiException<ProblemDetails>>(
            () => application.Services.GetRequiredService<ICitiesClient>().GetCityAsync(London, cancellationToken: Token));

        Assert.Equal(503, failure.StatusCode);
        Assert.Equal(1 + 3, served.Requests);
        var handlers = Handlers(application).Select(handler => handler.GetType()).ToList();
        var resilience = Assert.Single(handlers, handler => handler == typeof(ResilienceHandler));
        var discovery = Assert.Single(handlers, handler => handler.Namespace == "Microsoft.Extensions.ServiceDiscovery.Http");
        Assert.True(handlers.IndexOf(resilience) < handlers.IndexOf(discovery), "Attempts cannot go to different instances.");
    }

    [Fact]
    public async Task Resilience_that_the_caller_adds_to_the_client_stays()
    {
        using var served = new ServedApi(api, (context, _) => RefuseAsync(context, refused: true));
        var application = served.CreateApplication(builder =>
            builder.AddCitiesClient().AddResilienceHandler(
                "own", pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = 1 })));

        await Assert.ThrowsAsync<CitiesApiException<ProblemDetails>>(
            () => application.Services.GetRequiredService<ICitiesClient>().GetCityAsync(London, cancellationToken: Token));

        Assert.Equal((1 + 3) * (1 + 1), served.Requests);
    }

    [Fact]
    public async Task A_request_is_given_up_when_its_caller_cancels()
    {
        var arrived = new TaskCompletionSource();
        var abandoned = new TaskCompletionSource();
        using var served = new ServedApi(api, async (context, _) =>
        {
            arrived.SetResult();
            await using var registration = context.RequestAborted.Register(abandoned.SetResult);
            await abandoned.Task;
            return true;
        });
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var request = served.CreateClient().GetCityAsync(London, cancellationToken: cancellation.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(1, served.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task An_address_of_ones_own_is_used_as_it_is_with_its_path(string end)
    {
        PathString path = default;
        using var served = new ServedApi(api, async (context, _) =>
        {
            path = context.Request.Path;
            await context.Response.WriteAsJsonAsync(new { id = London });
            return true;
        });
        var application = served.CreateApplication(builder => builder.AddCitiesClient(new Uri(served.Address, $"/geo{end}")));

        await application.Services.GetRequiredService<ICitiesClient>().GetCityAsync(London, cancellationToken: Token);

        Assert.Equal($"/geo/api/v1/cities/{London}", path);
    }

    [Fact]
    public void An_address_must_be_absolute()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        Assert.Throws<ArgumentException>("baseAddress", () => builder.AddCitiesClient(new Uri("/geo", UriKind.Relative)));
        Assert.Throws<ArgumentException>("serviceName", () => builder.AddCitiesClient(" "));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<bool> RefuseAsync(HttpContext context, bool refused)
    {
        if (refused)
        {
            context.Response.Headers.RetryAfter = "0";
            await TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }

        return refused;
    }

    private static IEnumerable<HttpMessageHandler> Handlers(IHost application)
    {
        var factory = application.Services.GetRequiredService<IHttpMessageHandlerFactory>();
        for (var handler = factory.CreateHandler(CitiesClientExtensions.HttpClientName); handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler!)
            yield return handler;
    }
}
