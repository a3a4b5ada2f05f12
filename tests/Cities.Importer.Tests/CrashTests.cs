using System.Text.RegularExpressions;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>The importer killed at any moment: the old data is whole, and the next run succeeds.</summary>
public sealed partial class CrashTests(PostgisServer server) : ImportTest(server)
{
    private const string Replacing = "Replacing empty tables";
    private const string Committing = "Committing";

    private static readonly string[] Reading =
        ["Files from", "dump/GB.zip", "dump/alternateNamesV2.zip", "zip/GB.zip", "Preparing"];

    [Theory]
    [InlineData("ix_cities_location")]
    [InlineData("ix_subregions_region_id_code")]
    [InlineData("ix_time_zones_country_id")]
    public async Task Killed_while_it_migrates_it_leaves_a_database_that_the_next_run_migrates(string index)
    {
        await EmptyDatabaseAsync();
        await Database.ScalarAsync<int>(
            """
            CREATE FUNCTION linger() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); END';
            CREATE EVENT TRIGGER linger ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION linger();
            SELECT 1
            """);
        using (var importer = new ImporterProcess(Database, Folder))
        {
            await Database.WaitForImporterAsync($"query LIKE '%INDEX {index}%'", Cancellation);
            await KillAsync(importer);
        }

        await Database.ScalarAsync<int>("DROP EVENT TRIGGER linger; DROP FUNCTION linger; SELECT 1");
        await ImportAsync(Options("GB"));
        Assert.Equal(2, await CountAsync("cities"));
    }

    [Fact]
    public async Task Killed_in_the_first_import_it_leaves_the_tables_empty_and_as_they_were()
    {
        var schema = await Database.SchemaAsync();
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));
        var whole = await Database.ContentAsync();
        await FlushAsync("all");
        var empty = await Database.ContentAsync();

        foreach (var phase in (string[])[.. Reading, "Merging cities", "Indexing cities", "Indexing districts", "Indexing postal_codes",
            "Indexing alternative_names", Replacing, Committing])
        {
            var mayBeNew = await KillAtAsync(phase);
            var killed = await Database.ContentAsync();
            AssertEqual(phase, mayBeNew && killed == whole ? whole : empty, killed);
            // What was built aside may still be there, out of everybody's way.
            AssertEqual(phase, schema, WithoutAside(await Database.SchemaAsync()));

            await ImportAsync(Options("GB"));
            AssertEqual(phase, whole, await Database.ContentAsync());
            AssertEqual(phase, schema, await Database.SchemaAsync());
            AssertEqual(phase, "", await Database.BuildSchemasAsync());
            await FlushAsync("all");
        }
    }

    [Fact]
    public async Task Killed_in_an_import_of_changed_files_it_leaves_the_old_data_whole()
    {
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));
        var first = await Database.ContentAsync();
        GeneratedFiles.Write(Folder, version: 2);
        await ImportAsync(Options("GB"));
        var (version, old, whole) = (2, await Database.ContentAsync(), first);

        foreach (var phase in (string[])[.. Reading, "Deleting removed rows", "Merging cities", "Merging districts", "Merging postal_codes",
            "Merging alternative_names", Replacing, Committing])
        {
            version = 3 - version;
            GeneratedFiles.Write(Folder, version);
            var mayBeNew = await KillAtAsync(phase);
            var killed = await Database.ContentAsync();
            AssertEqual(phase, mayBeNew && killed == whole ? whole : old, killed);

            await ImportAsync(Options("GB"));
            AssertEqual(phase, whole, await Database.ContentAsync());
            (old, whole) = (whole, old);
        }
    }

    [Theory]
    [InlineData("cities")]
    [InlineData("postal_codes")]
    public async Task Killed_in_a_long_statement_it_does_not_stand_in_the_way_of_the_next_run(string table)
    {
        GeneratedFiles.Write(Folder, version: 1);
        await using (await LastingIndex.CreateAsync(Database, table))
        {
            using var importer = new ImporterProcess(Database, Folder);
            await Database.WaitForImporterAsync("wait_event = 'PgSleep'", Cancellation);
            // Which only ends before the statement does if the server looks for its client meanwhile.
            await KillAsync(importer);
        }

        await ImportAsync(Options("GB"));
        Assert.Equal(GeneratedFiles.Whole(version: 1), await Database.ScalarAsync<string>(GeneratedFiles.Versions));
    }

    /// <summary>Kills an importer when it begins a phase.</summary>
    /// <returns>Whether it may have got as far as the commit: it goes on until the signal reaches it.</returns>
    private async Task<bool> KillAtAsync(string phase)
    {
        using var importer = new ImporterProcess(Database, Folder);
        await importer.WaitForPhaseAsync(phase, Cancellation);
        await KillAsync(importer);
        return phase == Replacing || importer.Output.Contains($"] {Committing}", StringComparison.Ordinal);
    }

    private async Task KillAsync(ImporterProcess importer)
    {
        await importer.KillAsync(Cancellation);
        Assert.Empty(importer.TemporaryFiles);
        await Database.WaitForImporterToBeGoneAsync(Cancellation);
    }

    private static void AssertEqual(string phase, string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        Assert.True(
            expected == actual,
            $"""
            Killed at '{phase}', this was gone:
            {string.Join('\n', before.Except(after))}
            and this was there instead:
            {string.Join('\n', after.Except(before))}
            """);
    }

    private static string WithoutAside(string schema) => AsideLine.Replace(schema, "");

    [GeneratedRegex(@"\n.*cities_incoming_aside.*")]
    private static partial Regex AsideLine { get; }
}
