using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.AppHost.Tests;

/// <summary>The commands on the importer and the database. EndToEndTests runs them.</summary>
public sealed class ImporterCommandsTests
{
    [Fact]
    public async Task The_importer_can_import_again_and_import_other_countries()
    {
        await using var builder = await CreateAsync();

        var importNow = Command(builder, "importer", "import-now")!;
        Assert.Equal(("Import now", "DatabaseArrowDown", true), (importNow.DisplayName, importNow.IconName, importNow.IsHighlighted));
        Assert.Null(importNow.ConfirmationMessage);
        Assert.Empty(importNow.Arguments);

        var importCountries = Command(builder, "importer", "import-countries")!;
        Assert.Equal(ResourceCommandVisibility.Api, importCountries.Visibility);
        var form = Command(builder, "importer", "import-countries-form")!;
        Assert.Equal(
            ("Import another country…", "GlobeAdd", ResourceCommandVisibility.UI), (form.DisplayName, form.IconName, form.Visibility));
        var countries = Assert.Single(importCountries.Arguments);
        Assert.Equal(("countries", InputType.Text, true), (countries.Name, countries.InputType, countries.Required));
    }

    [Fact]
    public async Task The_database_is_emptied_once_that_has_been_confirmed()
    {
        await using var builder = await CreateAsync();

        var reset = Command(builder, "citiesdb", "reset-data")!;
        Assert.Equal(("Reset data", "Eraser", false), (reset.DisplayName, reset.IconName, reset.IsHighlighted));
        Assert.NotEmpty(reset.ConfirmationMessage!);
    }

    [Fact]
    public async Task The_PostgreSQL_of_run_sh_is_the_applications_own_and_can_be_emptied()
    {
        await using var builder = await CreateAsync(
            "--ConnectionStrings:citiesdb=Host=127.0.0.1;Database=citiesdb", "--Database:Owned=true");

        Assert.NotNull(Command(builder, "citiesdb", "reset-data"));
    }

    [Fact]
    public async Task A_database_that_existed_before_is_never_emptied()
    {
        await using var builder = await CreateAsync("--ConnectionStrings:citiesdb=Host=db.example.com;Database=citiesdb");

        Assert.Null(Command(builder, "citiesdb", "reset-data"));
        Assert.NotNull(Command(builder, "importer", "import-now"));
    }

    [Fact]
    public async Task What_is_published_has_no_commands()
    {
        await using var builder = await CreateAsync("--publisher", "manifest", "--output-path", "manifest.json");

        Assert.Null(Command(builder, "importer", "import-now"));
        Assert.Null(Command(builder, "importer", "import-countries"));
        Assert.Null(Command(builder, "citiesdb", "reset-data"));
    }

    [Theory]
    [InlineData("importer", "import-now", "Finished", true)]
    [InlineData("importer", "import-now", "Exited", true)]
    [InlineData("importer", "import-now", "FailedToStart", true)]
    [InlineData("importer", "import-now", "Starting", false)]
    [InlineData("importer", "import-now", "Running", false)]
    [InlineData("importer", "import-now", "Waiting", false)]
    [InlineData("importer", "import-now", null, false)]
    [InlineData("importer", "import-countries", "Finished", true)]
    [InlineData("importer", "import-countries", "Running", false)]
    [InlineData("citiesdb", "reset-data", "Running", true)]
    [InlineData("citiesdb", "reset-data", "Starting", false)]
    [InlineData("citiesdb", "reset-data", "Exited", false)]
    public async Task Commands_are_there_when_they_can_be_run(string resource, string command, string? state, bool isEnabled)
    {
        await using var builder = await CreateAsync();
        await using var services = new ServiceCollection().BuildServiceProvider();

        var actual = Command(builder, resource, command)!.UpdateState(new UpdateCommandStateContext
        {
            ResourceSnapshot = new CustomResourceSnapshot
            {
                ResourceType = "test",
                Properties = ImmutableArray<ResourcePropertySnapshot>.Empty,
                State = state is null ? null : new ResourceStateSnapshot(state, null),
            },
            Services = services,
        });

        Assert.Equal(isEnabled ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, actual);
    }

    [Theory]
    [InlineData("FR", "country")]
    [InlineData("fr, de,", "country")]
    [InlineData("All", "cities1000")]
    public void Countries_are_codes_of_two_letters_or_all(string countries, string places) =>
        Assert.Null(ImporterCommands.FindProblem(countries, places));

    [Theory]
    [InlineData("FRA", "country", "'FRA' is not an ISO 3166-1 alpha-2 code")]
    [InlineData("FR,D1", "country", "'D1' is not")]
    [InlineData("ÄÖ", "country", "'ÄÖ' is not")]
    [InlineData("FR;DE", "country", "'FR;DE' is not")]
    [InlineData("FR,all", "cities1000", "'all' is not")]
    [InlineData(" , ", "country", "at least one code")]
    [InlineData("all", "country", "a file of the whole world")]
    public void Other_countries_are_refused_with_what_is_wrong(string countries, string places, string problem) =>
        Assert.Contains(problem, ImporterCommands.FindProblem(countries, places), StringComparison.Ordinal);

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(args, TestContext.Current.CancellationToken);

    private static ResourceCommandAnnotation? Command(IDistributedApplicationTestingBuilder builder, string resource, string name) =>
        builder.Resources.Single(each => each.Name == resource)
            .Annotations.OfType<ResourceCommandAnnotation>()
            .SingleOrDefault(command => command.Name == name);
}
