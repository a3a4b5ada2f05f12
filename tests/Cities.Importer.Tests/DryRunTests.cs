using Cities.Data.Entities;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary><c>--dry-run</c>: it says what would change, and changes nothing.</summary>
public sealed class DryRunTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task A_first_import_is_counted_and_changes_nothing()
    {
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));

        var output = await AssertChangesNothingAsync("--countries", "GB");

        AssertLines(output,
            "continents: 7 would be inserted, 0 would be updated, 0 would be deleted.",
            "cities: 2 would be inserted, 0 would be updated, 0 would be deleted.",
            "districts: 1 would be inserted, 0 would be updated, 0 would be deleted.",
            "postal_codes: 1 would be inserted, 0 would be updated, 0 would be deleted.");
        // It can be done afterwards, as it was said.
        Assert.Contains("cities +2 ~0 -0, districts +1 ~0 -0, postal_codes +1 ~0 -0", await ImportAsync(Options("GB")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_of_changed_files_is_counted_and_changes_nothing()
    {
        await ImportAsync(Options("GB"));
        Folder.Write("dump/GB.zip", GeoNamesFolder.London.Replace("8961989", "9000000", StringComparison.Ordinal),
            GeoNamesFolder.Place(1, "New", 51.5, 0, "PPL", "GB", "ENG", "GLA"), GeoNamesFolder.Place(2, "Newer", 51.5, 0, "PPL", "GB", "ENG", "GLA"));

        var output = await AssertChangesNothingAsync("--countries", "GB");

        AssertLines(output,
            "cities: 2 would be inserted, 1 would be updated, 1 would be deleted.",
            "districts: 0 would be inserted, 0 would be updated, 1 would be deleted.");
        Assert.Equal("cities +2 ~1 -1, districts +0 ~0 -1", await ImportAsync(Options("GB")));
    }

    [Fact]
    public async Task An_update_is_counted_and_changes_nothing()
    {
        await ImportAsync(Options("GB"));
        Folder.Write("dump/modifications-2026-01-02.txt", GeoNamesFolder.Croydon.Replace("2024-01-31", "2026-01-02", StringComparison.Ordinal));
        Folder.Write("dump/deletes-2026-01-02.txt", "2643743\tLondon\tgone");

        var output = await AssertChangesNothingAsync(
            "update", "--countries", "GB", "--import", "city", "--since", "2026-01-02", "--until", "2026-01-02");

        AssertLines(output, "cities: 0 would be inserted, 1 would be updated, 1 would be deleted.");
    }

    [Fact]
    public async Task A_flush_is_counted_and_changes_nothing()
    {
        await ImportAsync(Options("GB"));

        var output = await AssertChangesNothingAsync("--flush", "city");

        AssertLines(output, "cities: 0 would be inserted, 0 would be updated, 2 would be deleted.", "Flush was a dry run");
    }

    [Fact]
    public async Task One_that_fails_is_not_recorded_either()
    {
        Folder.Write("dump/GB.zip", "broken");

        await AssertChangesNothingAsync(ExitCode.BadData, "--countries", "GB");
    }

    [Fact]
    public async Task It_does_not_migrate()
    {
        await Database.ScalarAsync<int>("DELETE FROM \"__EFMigrationsHistory\"; SELECT 1");
        var output = await AssertChangesNothingAsync(ExitCode.Failure, "--countries", "GB");
        Assert.Contains("The database has to be migrated first, which a dry run does not do.", output, StringComparison.Ordinal);

        await EmptyDatabaseAsync();
        var (exitCode, empty) = await RunAsync("--countries", "GB");
        Assert.Equal((int)ExitCode.Failure, exitCode);
        Assert.Contains("The database has to be migrated first, which a dry run does not do.", empty, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("pg_class WHERE relname = '__EFMigrationsHistory'"));
    }

    [Fact]
    public void A_requested_import_is_none()
    {
        var options = Options();
        options.DryRun = true;

        Assert.False(options.For(new ImportRequest { Operation = ImportOperation.Import, RequestedBy = "me" }).DryRun);
    }

    private Task<string> AssertChangesNothingAsync(params string[] arguments) =>
        AssertChangesNothingAsync(ExitCode.Success, arguments);

    private async Task<string> AssertChangesNothingAsync(ExitCode expected, params string[] arguments)
    {
        var (content, schema, runs) = (await Database.ContentAsync(), await Database.SchemaAsync(), await CountAsync("import_runs"));
        var (exitCode, output) = await RunAsync(arguments);

        Assert.True(exitCode == (int)expected, output);
        Assert.Equal(content, await Database.ContentAsync());
        Assert.Equal(schema, await Database.SchemaAsync());
        Assert.Equal(runs, await CountAsync("import_runs"));
        Assert.Equal("", await Database.BuildSchemasAsync());
        return output;
    }

    private static void AssertLines(string output, params string[] lines) =>
        Assert.All([.. lines, "Nothing was changed."], line => Assert.Contains(line, output, StringComparison.Ordinal));

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = ImporterCommand.Start(Database.ConnectionString, [.. arguments, "--source", Folder.Path, "--dry-run"]);
        start.Environment["Import__RejectsFolder"] = Path.Combine(Folder.Path, "rejects");
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);
        return (exitCode, output + errors);
    }
}
