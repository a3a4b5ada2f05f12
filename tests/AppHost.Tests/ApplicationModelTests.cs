using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;

namespace Cities.AppHost.Tests;

/// <summary>The application's resources and what they wait for: no container engine is needed to read them.</summary>
public sealed class ApplicationModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostGIS_runs_in_a_container_that_ends_with_the_application_and_keeps_its_data()
    {
        await using var builder = await CreateAsync();

        var postgres = Assert.Single(builder.Resources.OfType<PostgresServerResource>());
        var image = postgres.Annotations.OfType<ContainerImageAnnotation>().Last();
        Assert.Equal(("postgis/postgis", "17-3.5"), (image.Image, image.Tag));
        Assert.Empty(postgres.Annotations.OfType<ContainerLifetimeAnnotation>());
        var volume = Assert.Single(postgres.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal((ContainerMountType.Volume, "cities-postgres"), (volume.Type, volume.Source));
        Assert.True(postgres.PasswordParameter.Secret);
        Assert.Equal(postgres, Resource<PostgresDatabaseResource>(builder, "citiesdb").Parent);
    }

    [Fact]
    public async Task Pgweb_waits_until_it_is_asked_for()
    {
        await using var builder = await CreateAsync();

        var pgweb = Resource<ContainerResource>(builder, "pgweb");
        Assert.Single(pgweb.Annotations.OfType<ExplicitStartupAnnotation>());
    }

    [Fact]
    public async Task The_importer_waits_for_the_database_and_the_api_for_the_importer_to_finish()
    {
        await using var builder = await CreateAsync();

        var database = Resource<PostgresDatabaseResource>(builder, "citiesdb");
        var importer = Resource<ProjectResource>(builder, "importer");
        var api = Resource<ProjectResource>(builder, "api");
        Assert.Contains((database, WaitType.WaitUntilHealthy), Waits(importer));
        Assert.Contains((importer, WaitType.WaitForCompletion), Waits(api));
        Assert.Equal(0, api.Annotations.OfType<WaitAnnotation>().Single(wait => wait.Resource == importer).ExitCode);
        Assert.Contains(database, References(importer));
        Assert.Contains((database, WaitType.WaitUntilHealthy), Waits(api));
    }

    [Theory]
    [InlineData("Parameters:import-countries=GB", "citiesdb_api")]
    [InlineData("ConnectionStrings:citiesdb=Host=standby,primary;Username=me;Password=mine;Database=places", "places_api")]
    [InlineData("ConnectionStrings:citiesdb=Host=primary;Username=me;Passfile=/mine", "me_api")]
    public async Task The_api_has_a_role_of_its_own_with_a_generated_password_which_the_importer_creates(string configuration, string role)
    {
        await using var builder = await CreateAsync(configuration, "Parameters:apidb-password=generated");

        var password = Resource<ParameterResource>(builder, "apidb-password");
        Assert.True(password.Secret);
        var apidb = Resource<ConnectionStringResource>(builder, "apidb");
        Assert.Equal([apidb], References(Resource<ProjectResource>(builder, "api")));
        foreach (var importer in new[] { "importer", "import-requests" })
            Assert.Contains(apidb, References(Resource<ProjectResource>(builder, importer)));
        if (configuration.StartsWith("Parameters", StringComparison.Ordinal))
        {
            Assert.Equal(
                "Host={postgres.bindings.tcp.host};Port={postgres.bindings.tcp.port};Username=citiesdb_api;Password={apidb-password.value};Database=citiesdb",
                apidb.ConnectionStringExpression.ValueExpression);
            return;
        }

        var connection = new NpgsqlConnectionStringBuilder(await ((IResourceWithConnectionString)apidb).GetConnectionStringAsync(Cancellation));
        Assert.Equal((role, "generated", null), (connection.Username, connection.Password, connection.Passfile));
        Assert.Equal(role, $"{connection.Database}_api");
        Assert.Equal(configuration.Split(['=', ';'])[2], connection.Host);
    }

    [Fact]
    public async Task A_role_of_the_api_that_exists_is_used()
    {
        const string connectionString = "Host=db.example.com;Username=reader;Password=its;Database=citiesdb";
        await using var builder = await CreateAsync(
            "ConnectionStrings:citiesdb=Host=db.example.com;Database=citiesdb", $"ConnectionStrings:apidb={connectionString}");

        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "apidb-password");
        var apidb = (IResourceWithConnectionString)builder.Resources.Single(resource => resource.Name == "apidb");
        Assert.Equal(connectionString, await apidb.GetConnectionStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_importer_stays_for_what_administrators_ask_for_once_the_first_import_is_done()
    {
        await using var builder = await CreateAsync();

        var requests = Resource<ProjectResource>(builder, "import-requests");
        Assert.Contains((Resource<ProjectResource>(builder, "importer"), WaitType.WaitForCompletion), Waits(requests));
        Assert.Contains(Resource<PostgresDatabaseResource>(builder, "citiesdb"), References(requests));
        var args = new List<object>();
        foreach (var annotation in requests.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(new CommandLineArgsCallbackContext(args, cancellationToken: Cancellation));
        Assert.Equal(["serve"], args);
    }

    [Fact]
    public async Task The_api_alone_is_reached_from_outside_and_is_probed_for_readiness()
    {
        await using var builder = await CreateAsync();

        var api = Resource<ProjectResource>(builder, "api");
        Assert.All(api.Annotations.OfType<EndpointAnnotation>(), endpoint => Assert.True(endpoint.IsExternal));
        Assert.NotEmpty(api.Annotations.OfType<EndpointAnnotation>());
        Assert.Single(api.Annotations.OfType<HealthCheckAnnotation>());
        Assert.Empty(Resource<ProjectResource>(builder, "importer").Annotations.OfType<EndpointAnnotation>());
    }

    [Theory]
    [InlineData("ConnectionStrings:citiesdb=Host=db.example.com;Database=citiesdb")]
    [InlineData("Parameters:import-countries=GB", "postgres")]
    public async Task Each_resource_has_an_icon_and_each_link_says_what_it_opens(string configuration, params string[] containers)
    {
        await using var builder = await CreateAsync(configuration);

        Assert.All(
            [.. containers, "citiesdb", "apidb", "importer", "import-requests", "api"],
            name => Assert.NotEmpty(Resource<IResource>(builder, name).Annotations.OfType<ResourceIconAnnotation>()));
        var api = Resource<ProjectResource>(builder, "api");
        var urls = new List<ResourceUrlAnnotation> { new() { Url = "http://localhost:5080", Endpoint = new(api, "http") } };
        var context = new ResourceUrlsCallbackContext(builder.ExecutionContext, api, urls, Cancellation);
        foreach (var annotation in api.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
            await annotation.Callback(context);
        Assert.Equal(["Map", "API reference", "Health"], urls.Select(url => url.DisplayText));
    }

    [Fact]
    public async Task What_is_imported_is_configured_by_parameters_with_defaults()
    {
        await using var builder = await CreateAsync("Parameters:import-countries=FR,DE");

        Assert.Equal("FR,DE", await ValueAsync(builder, "import-countries"));
        Assert.Equal("https://download.geonames.org/export/", await ValueAsync(builder, "import-source"));
        Assert.Equal("country", await ValueAsync(builder, "import-places"));
    }

    [Fact]
    public async Task A_database_that_exists_is_used_in_place_of_the_container()
    {
        const string connectionString = "Host=db.example.com;Database=citiesdb";
        await using var builder = await CreateAsync($"ConnectionStrings:citiesdb={connectionString}");

        Assert.DoesNotContain(builder.Resources, resource => resource is ContainerResource);
        var database = Assert.IsType<IResourceWithConnectionString>(
            Assert.Single(builder.Resources, resource => resource.Name == "citiesdb"), exactMatch: false);
        Assert.Equal(connectionString, await database.GetConnectionStringAsync(Cancellation));
        Assert.Single(database.Annotations.OfType<HealthCheckAnnotation>());
        Assert.Equal(
            "db.example.com:5432/citiesdb",
            database.Annotations.OfType<ResourceSnapshotAnnotation>().Last().InitialSnapshot.Properties
                .Single(property => property.Name == CustomResourceKnownProperties.Source).Value);
        Assert.Contains(database, References(Resource<ProjectResource>(builder, "importer")));
        Assert.Contains((database, WaitType.WaitUntilHealthy), Waits(Resource<ProjectResource>(builder, "api")));
    }

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] configuration) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. configuration.Select(pair => "--" + pair)], Cancellation);

    private static T Resource<T>(IDistributedApplicationTestingBuilder builder, string name)
        where T : IResource =>
        Assert.Single(builder.Resources.OfType<T>(), resource => resource.Name == name);

    private static IEnumerable<(IResource, WaitType)> Waits(ProjectResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => (wait.Resource, wait.WaitType));

    private static IEnumerable<IResource> References(ProjectResource resource) =>
        resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Where(relationship => relationship.Type == "Reference")
            .Select(relationship => relationship.Resource);

    private static async Task<string?> ValueAsync(IDistributedApplicationTestingBuilder builder, string parameter) =>
        await Resource<ParameterResource>(builder, parameter).GetValueAsync(Cancellation);
}
