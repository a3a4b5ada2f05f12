using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Cities.Api.Tests.Http;

/// <summary>The HTTP layer around endpoints of a test's own.</summary>
internal sealed class EndpointApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EndpointApi(WebApplication app) => _app = app;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The lines of the log about sign-ins.</summary>
    public FakeLogCollector Log => _app.Services.GetFakeLogCollector();

    public static async Task<EndpointApi> StartAsync(string connectionString, Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:citiesdb"] = connectionString;
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        builder.Configuration["Logging:LogLevel:Cities.Api.Security"] = "Warning";
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.AddCitiesDatabase();
        builder.AddHttp();
        var app = builder.Build();
        app.UseHttp();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EndpointApi(app) { Client = app.GetTestClient() };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
