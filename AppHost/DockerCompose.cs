using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace Cities.AppHost;

/// <summary>
/// What the Docker Compose file that <c>aspire publish</c> writes has beyond what follows from the application model: it can be
/// brought up with nothing set but the database's password.
/// </summary>
internal static class DockerCompose
{
    /// <summary>The port of the API in its container.</summary>
    private const string ApiPort = "8080";

    private static readonly string[] TemporaryFolder = ["/tmp"];

    public static void AddComposeEnvironment(this IDistributedApplicationBuilder builder) =>
        builder.AddDockerComposeEnvironment("compose")
            .WithDashboard(false)
            .ConfigureComposeFile(file => SetDefaults(file, builder.Resources.OfType<ParameterResource>()));

    /// <summary>PostGIS says when it is ready: the file that Aspire writes waits for it to be started only.</summary>
    public static void PublishAsComposeDatabase(this IResourceBuilder<PostgresServerResource> postgres) =>
        postgres.PublishAsDockerComposeService((_, service) =>
        {
            service.Healthcheck = new Healthcheck
            {
                // Over TCP: while it initialises itself the image's server listens on its socket alone.
                Test = ["CMD", "pg_isready", "--host=127.0.0.1", "--username=postgres"],
                Interval = "5s",
                Timeout = "5s",
                Retries = 12,
                StartPeriod = "30s",
            };
            service.Environment["POSTGRES_PASSWORD"] = "${POSTGRES_PASSWORD:?set it in .env}";
            service.Restart = "unless-stopped";
        });

    /// <summary>The importer runs to its end, and is not started again.</summary>
    public static void PublishAsComposeJob(this IResourceBuilder<ProjectResource> importer) =>
        importer.PublishAsDockerComposeService((_, service) =>
        {
            service.Image = "${IMPORTER_IMAGE:-cities-importer}";
            WaitForHealth(service);
            Harden(service);
        });

    /// <summary>The API is published on a port of the host, and started again when it ends.</summary>
    public static void PublishAsComposeService(this IResourceBuilder<ProjectResource> api) =>
        api.PublishAsDockerComposeService((_, service) =>
        {
            service.Image = "${API_IMAGE:-cities-api}";
            service.Ports = [$"${{API_PORT:-{ApiPort}}}:{ApiPort}"];
            service.Environment["HTTP_PORTS"] = ApiPort;
            // Nothing is in front of it that would set the headers, so whoever asks could.
            service.Environment["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "${API_FORWARDED_HEADERS:-false}";
            service.Restart = "unless-stopped";
            WaitForHealth(service);
            Harden(service);
        });

    /// <summary>
    /// Has variables stand for their parameter's default where they have no value: the <c>.env</c> that is published beside the
    /// file names them only.
    /// </summary>
    private static void SetDefaults(ComposeFile file, IEnumerable<ParameterResource> parameters)
    {
        var defaults = parameters
            .Where(parameter => parameter is { Secret: false, Default: not null })
            .ToDictionary(
                parameter => parameter.Name.ToUpperInvariant().Replace('-', '_'), parameter => parameter.Default!.GetDefaultValue());
        foreach (var environment in file.Services.Values.Select(service => service.Environment))
        {
            foreach (var (variable, value) in defaults)
            {
                foreach (var name in environment.Keys.Where(name => environment[name] == $"${{{variable}}}").ToList())
                    environment[name] = $"${{{variable}:-{value}}}";
            }
        }
    }

    // Started is not ready: the importer would wait by itself, but a minute at most.
    private static void WaitForHealth(Service service)
    {
        if (service.DependsOn.TryGetValue("postgres", out var postgres))
            postgres.Condition = "service_healthy";
    }

    private static void Harden(Service service)
    {
        service.ReadOnly = true;
        service.Tmpfs = [.. TemporaryFolder];
        service.CapDrop = ["ALL"];
        service.SecurityOpt = ["no-new-privileges:true"];
    }
}
