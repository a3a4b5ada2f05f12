using System.Net;
using Cities.Api.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cities.Client.Tests;

/// <summary>The API on a port of its own, with the bundled sample, and what is asked of it counted.</summary>
public sealed class ServedApi : IDisposable
{
    private readonly WebApplicationFactory<PageRequest> _factory;
    private readonly List<IHost> _applications = [];
    private int _requests;

    /// <param name="api">Where it is made, and its database.</param>
    /// <param name="before">
    /// What each request meets before the API, with its number, counted from 1; it says whether it has answered.
    /// </param>
    /// <param name="settings">Settings of the API.</param>
    public ServedApi(ApiFixture api, Func<HttpContext, int, Task<bool>>? before = null, params (string, string)[] settings)
    {
        ArgumentNullException.ThrowIfNull(api);
        _factory = api.CreateFactory(api.Database.ConnectionString, settings).WithWebHostBuilder(builder =>
            builder.ConfigureServices(services => services.AddSingleton<IStartupFilter>(new Before(async context =>
            {
                var request = Interlocked.Increment(ref _requests);
                return before is not null && await before(context, request);
            }))));
        _factory.UseKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _factory.StartServer();
        Address = _factory.ClientOptions.BaseAddress;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How many requests it has had.</summary>
    public int Requests => _requests;

    /// <summary>An application that finds the API by its configuration, as Aspire gives it. It ends with this.</summary>
    public IHost CreateApplication(Action<IHostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("services:api:http:0", Address.ToString())]);
        configure(builder);
        var application = builder.Build();
        _applications.Add(application);
        return application;
    }

    /// <summary>The client in such an application.</summary>
    public ICitiesClient CreateClient() =>
        CreateApplication(builder => builder.AddCitiesClient()).Services.GetRequiredService<ICitiesClient>();

    public void Dispose()
    {
        foreach (var application in _applications)
            application.Dispose();
        _factory.Dispose();
    }

    private sealed class Before(Func<HttpContext, Task<bool>> before) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                if (!await before(context))
                    await following(context);
            });
            next(app);
        };
    }
}
