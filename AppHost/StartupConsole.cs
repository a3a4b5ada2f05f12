using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.AppHost;

/// <summary>Writes the importer's log to the console, and, once the API is ready, the addresses.</summary>
internal static partial class StartupConsole
{
    /// <summary>Adds the output to the application's events.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="importer">The importer, whose log is written.</param>
    /// <param name="api">The API, whose addresses are written when it is ready.</param>
    public static void Add(IDistributedApplicationBuilder builder, ProjectResource importer, ProjectResource api)
    {
        Task? writing = null;
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(importer, (started, cancellationToken) =>
        {
            // Once: the log goes on with later runs, which the dashboard's commands start.
            writing ??= WriteLogAsync(importer, started.Services, cancellationToken);
            return Task.CompletedTask;
        });
        builder.Eventing.Subscribe<ResourceReadyEvent>(api, (_, _) =>
        {
            Console.WriteLine(Addresses(api.GetEndpoint("http").Url, builder.Configuration));
            return Task.CompletedTask;
        });
    }

    private static string Addresses(string api, ConfigurationManager configuration)
    {
        var lines = new List<string> { "" };
        if (configuration["ASPNETCORE_URLS"] is { } dashboard)
            lines.Add($"Dashboard  {dashboard.Split(';')[0]}/login?t={configuration["AppHost:BrowserToken"]}");
        lines.Add($"Map        {api}/");
        lines.Add($"API        {api}/api/v1/cities/");
        lines.Add($"Reference  {api}/scalar    ({api}/swagger/, {api}/redoc/)");
        lines.Add($"Health     {api}/health");
        lines.Add("Press Ctrl+C to stop.");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>
    /// Writes the importer's own lines, which begin with the time. The orchestrator's lines are in the dashboard only.
    /// </summary>
    private static async Task WriteLogAsync(
        ProjectResource importer, IServiceProvider services, CancellationToken cancellationToken)
    {
        var logs = services.GetRequiredService<ResourceLoggerService>().WatchAsync(importer);
        await foreach (var lines in logs.WithCancellation(cancellationToken))
        {
            foreach (var line in lines)
            {
                if (ImporterLine().Match(line.Content) is { Success: true } match)
                    Console.WriteLine(match.Groups["line"].Value);
            }
        }
    }

    /// <summary>A line as the orchestrator passes it on: behind the time at which it came.</summary>
    [GeneratedRegex(@"^\S+ (?<line>\d\d:\d\d:\d\d .*)$")]
    private static partial Regex ImporterLine();
}
