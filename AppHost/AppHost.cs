// PostGIS, a one-shot importer that fills it, and the API that serves it: `dotnet run --project AppHost`.

using Cities.AppHost;
using Microsoft.Extensions.Configuration;

const string databaseName = "citiesdb";

var builder = DistributedApplication.CreateBuilder(args);

// azd reads a manifest; `aspire publish` writes a Docker Compose file. Each has parts of its own, which the other cannot have.
var isForManifest = builder.ExecutionContext.IsPublishMode && builder.Configuration["Publishing:Publisher"] == "manifest";
var isForCompose = builder.ExecutionContext.IsPublishMode && !isForManifest;
if (isForCompose)
    builder.AddComposeEnvironment();

// A connection string in the configuration (ConnectionStrings:citiesdb) stands for a database that exists already; without
// one, PostGIS runs in a container.
var database = builder.Configuration.GetConnectionString(databaseName) is null
    ? AddPostgis()
    : builder.AddConnectionString(databaseName);

var importer = AddImporter("importer");
var source = AddParameter("import-source", "https://download.geonames.org/export/", "Base address or folder of GeoNames' files.");
var countries = AddParameter("import-countries", "GB", "ISO 3166-1 alpha-2 codes, comma-separated, or 'all'.");
var places = AddParameter(
    "import-places", "country", "'country', or cities500, cities1000, cities5000, cities15000, allCountries.");
WithSettings(importer);

var api = builder.AddProject<Projects.Cities_Api>("api")
    .WithReference(database)
    .WaitFor(database)
    .WaitForCompletion(importer)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Map")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" });

if (builder.ExecutionContext.IsRunMode)
{
    ImporterCommands.Add(importer, places, database);
    // Runs the imports that administrators ask the API for. Where the application is deployed, an importer that stays does.
    WithSettings(AddImporter("import-requests"))
        .WithArgs("serve")
        .WaitForCompletion(importer);
}

if (builder.ExecutionContext.IsPublishMode)
{
    // The bundled sample is for a first look without a network, not for production.
    importer.WithEnvironment("Import__SampleFallback", "false");
    // Without a context of its own a Dockerfile is given the project's folder: these need what the projects share.
    importer.PublishAsDockerFile(container =>
    {
        container.WithDockerfile("..", "Cities.Importer/Dockerfile");
        // What has been downloaded is there for the next run.
        if (isForCompose)
            container.WithVolume("cities-geonames", "/data");
    });
    api.PublishAsDockerFile(container => container.WithDockerfile("..", "Cities.Api/Dockerfile"));
}

if (isForCompose)
{
    importer.PublishAsComposeJob();
    api.PublishAsComposeService();
}

if (isForManifest)
{
    // azd deploys container apps, which are started again whenever they end: there the importer stays, and keeps the data
    // current.
    importer.WithEnvironment("Import__Every", AddParameter(
        "import-every", "1.00:00:00", "How long after an import GeoNames' daily changes are applied (d.hh:mm:ss)."));
}

builder.Build().Run();

IResourceBuilder<IResourceWithConnectionString> AddPostgis()
{
    var postgres = builder.AddPostgres("postgres")
        .WithImage("postgis/postgis", "17-3.5")
        .WithDataVolume("cities-postgres");
    if (builder.ExecutionContext.IsRunMode)
    {
        // Kept running between runs, so that the next start finds its data at once.
        postgres
            .WithLifetime(ContainerLifetime.Persistent)
            .WithPgWeb(pgweb => pgweb.WithExplicitStart());
    }

    if (isForCompose)
        postgres.PublishAsComposeDatabase();
    return postgres.AddDatabase(databaseName);
}

IResourceBuilder<ProjectResource> AddImporter(string name) =>
    builder.AddProject<Projects.Cities_Importer>(name)
        .WithReference(database)
        .WaitFor(database);

IResourceBuilder<ProjectResource> WithSettings(IResourceBuilder<ProjectResource> project) =>
    project
        .WithEnvironment("Import__Source", source)
        .WithEnvironment("Import__Countries", countries)
        .WithEnvironment("Import__Places", places);

// The value in the configuration (Parameters:name), or the default, which is also what a deployment is offered.
IResourceBuilder<ParameterResource> AddParameter(string name, string defaultValue, string description) =>
    builder
        .AddParameter(name, builder.Configuration[$"Parameters:{name}"] ?? defaultValue, publishValueAsDefault: true)
        .WithDescription(description);
