// PostGIS, a one-shot importer that fills it, and the API that serves it: `dotnet run --project AppHost`.

using Cities.AppHost;
using Microsoft.Extensions.Configuration;

const string databaseName = "citiesdb";
// The database as the API's role. The importer owns the tables. It creates the role, and gives it its permissions.
const string apiDatabaseName = "apidb";

FreePorts.UseForDashboard();
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
{
    Args = args,
    DashboardApplicationName = "Cities",
});
var isRunMode = builder.ExecutionContext.IsRunMode;

// A connection string in the configuration (ConnectionStrings:citiesdb) names an existing database. Without one,
// PostGIS runs in a container.
var (database, apiDatabase) = builder.Configuration.GetConnectionString(databaseName) switch
{
    null => AddPostgis(),
    var connectionString when isRunMode => (
        builder.AddExistingDatabase(databaseName, connectionString),
        builder.AddApiDatabase(apiDatabaseName, connectionString)),
    _ => (builder.AddConnectionString(databaseName), builder.AddConnectionString(apiDatabaseName)),
};
apiDatabase.WithParentRelationship(database).WithIconName("DatabasePerson");

var importer = AddImporter("importer").WithIconName("DatabaseArrowDown");
var source = AddParameter(
    "import-source", "https://download.geonames.org/export/", "Base address or folder of GeoNames' files.");
var countries = AddParameter("import-countries", "GB", "ISO 3166-1 alpha-2 codes, comma-separated, or 'all'.");
var places = AddParameter(
    "import-places", "country", "'country', or cities500, cities1000, cities5000, cities15000, allCountries.");
WithSettings(importer);

var api = builder.AddProject<Projects.Cities_Api>("api")
    .WithIconName("Globe")
    .WithReference(apiDatabase, databaseName)
    .WaitFor(database)
    .WaitForCompletion(importer)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Map")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" });

if (isRunMode)
{
    api.WithEndpoint("http", endpoint => endpoint.Port = FreePorts.From(endpoint.Port ?? 5080));
    ImporterCommands.Add(importer, places, database);
    // Runs the imports that administrators request from the API. In a deployed application, the importer that keeps
    // running does this.
    WithSettings(AddImporter("import-requests"))
        .WithIconName("ArrowSyncCircle")
        .WithArgs("serve")
        .WaitForCompletion(importer);
    StartupConsole.Add(builder, importer.Resource, api.Resource);
}
else
{
    // The bundled sample is for a first look without a network, not for production.
    importer.WithEnvironment("Import__SampleFallback", "false");
    // The default build context of a Dockerfile is the project's folder. These images need the files that the projects
    // share.
    importer.PublishAsDockerFile(container => container.WithDockerfile("..", "Cities.Importer/Dockerfile"));
    api.PublishAsDockerFile(container => container.WithDockerfile("..", "Cities.Api/Dockerfile"));
    // azd deploys container apps, which are restarted when they end. The importer keeps running there, and updates the
    // data.
    importer.WithEnvironment("Import__Every", AddParameter(
        "import-every", "1.00:00:00", "How long after an import GeoNames' daily changes are applied (d.hh:mm:ss)."));
}

builder.Build().Run();

(IResourceBuilder<IResourceWithConnectionString> Database, IResourceBuilder<IResourceWithConnectionString> ApiDatabase)
    AddPostgis()
{
    var postgres = builder.AddPostgres("postgres")
        .WithImage("postgis/postgis", "17-3.5")
        .WithIconName("DatabaseMultiple")
        .WithDataVolume("cities-postgres");
    if (isRunMode)
        postgres.WithPgWeb(pgweb => pgweb.WithExplicitStart());
    return (
        postgres.AddDatabase(databaseName).WithIconName("Database"),
        postgres.AddApiDatabase(apiDatabaseName, databaseName));
}

IResourceBuilder<ProjectResource> AddImporter(string name) =>
    builder.AddProject<Projects.Cities_Importer>(name)
        .WithReference(database)
        .WithReference(apiDatabase)
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
