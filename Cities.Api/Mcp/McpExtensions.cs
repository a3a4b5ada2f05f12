using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace Cities.Api.Mcp;

/// <summary>
/// The server of the Model Context Protocol, over streamable HTTP. It is disabled by default. Its requests are subject
/// to the same limits and the same authentication as all others.
/// </summary>
internal static class McpExtensions
{
    private const string Path = "/mcp";

    private const string EnabledKey = $"{ApiOptions.Section}:{nameof(ApiOptions.Mcp)}:{nameof(McpOptions.Enabled)}";

    public static void AddMcp(this IHostApplicationBuilder builder)
    {
        // The services have to be registered before the options exist.
        if (!builder.Configuration.GetValue<bool>(EnabledKey))
            return;
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<McpTools>();
        builder.Services
            .AddMcpServer(server =>
            {
                server.ServerInfo = new Implementation { Name = "cities", Title = "Cities", Version = "v1" };
                server.ServerInstructions =
                    "The world's cities and districts, with their countries, regions and subregions, from GeoNames. "
                    + "Coordinates are in degrees on WGS 84, distances are geodesic and in metres.";
            })
            // Any replica can answer any request.
            .WithHttpTransport(transport => transport.SessionMode = HttpServerSessionMode.Stateless)
            .WithListToolsHandler((request, _) =>
                ValueTask.FromResult(request.Services!.GetRequiredService<McpTools>().List()))
            .WithCallToolHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<McpTools>().CallAsync(request.Params, cancellationToken));
    }

    public static void MapMcp(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.Mcp.Enabled)
            app.MapMcp(Path).ExcludeFromDescription();
    }
}

/// <summary>The section <c>Api:Mcp</c>.</summary>
internal sealed class McpOptions
{
    /// <summary>Whether the API serves <c>/mcp</c>.</summary>
    public bool Enabled { get; set; }
}
