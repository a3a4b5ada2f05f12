using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Cities.Importer.Tests;

/// <summary>Serves a folder of GeoNames files on loopback, ranges and all; a test may have it misbehave.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<string> _requests = [];

    private FileServer(WebApplication application, GeoNamesFolder folder)
    {
        _application = application;
        application.Run(async context =>
        {
            var name = context.Request.Path.Value![1..];
            lock (_requests)
                _requests.Add($"{name} {context.Request.Headers.Range}".TrimEnd());
            if (await Misbehave(context, name))
                return;
            var path = Path.Combine(folder.Path, name);
            var result = File.Exists(path)
                ? Results.File(path, enableRangeProcessing: true, entityTag: EntityTag)
                : Results.NotFound();
            await result.ExecuteAsync(context);
        });
    }

    /// <summary>What every file is served with: they do not change here.</summary>
    public static EntityTagHeaderValue EntityTag { get; } = new("\"1\"");

    /// <summary>Answers a request for a file in the server's place, or returns false.</summary>
    public Func<HttpContext, string, Task<bool>> Misbehave { get; set; } = (_, _) => Task.FromResult(false);

    public string Address => _application.Urls.Single();

    /// <summary>What was asked for, as "dump/GB.zip" or "dump/GB.zip bytes=5-", since this was last read.</summary>
    public string[] TakeRequests()
    {
        lock (_requests)
        {
            string[] requests = [.. _requests];
            _requests.Clear();
            return requests;
        }
    }

    public static async Task<FileServer> StartAsync(GeoNamesFolder folder, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FileServer(builder.Build(), folder);
        await server._application.StartAsync(cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
