using System.Globalization;
using Cities.Data.Entities;
using Cities.Importer.Sources;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>GeoNames' daily changes.</summary>
public sealed class UpdateTests(PostgisServer server) : ImportTest(server)
{
    private static readonly DateOnly Yesterday = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);

    [Fact]
    public async Task Changed_places_are_updated_new_ones_inserted_and_deleted_ones_go()
    {
        await ImportAsync();
        WriteDay(
            Yesterday,
            modifications:
            [
                Modified(GeoNamesFolder.London, ("8961989", "9000000")),
                Modified(GeoNamesFolder.Place(9000001, "Sark Town", 51.4, -0.2, "PPL", "GB", "ENG", "GLA", 50)),
                Modified(GeoNamesFolder.Place(9000002, "A hill", 51.4, -0.2, "HLL", "GB"), ("\tP\t", "\tT\t")),
                Modified(GeoNamesFolder.Place(9000003, "Paris", 48.9, 2.3, "PPLC", "FR")),
            ],
            deletes: ["2964574\tDublin\tduplicate", "4242\tNever seen\t"]);

        Assert.Equal("cities +1 ~1 -1", await UpdateAsync());
        Assert.Equal(9000000, await Database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
        Assert.Equal("Sark Town", await Database.ScalarAsync<string>("SELECT name FROM cities WHERE id = 9000001"));
        Assert.Equal(6269131, await Database.ScalarAsync<int>("SELECT region_id FROM cities WHERE id = 9000001"));

        await using var context = Database.CreateContext();
        var run = await context.ImportRuns.OrderBy(each => each.Id).LastAsync(Cancellation);
        Assert.Equal((ImportOperation.Update, ImportOutcome.Succeeded, Yesterday), (run.Operation, run.Outcome, run.ChangesThrough));
        Assert.Equal("nothing to do", await UpdateAsync());
    }

    [Fact]
    public async Task An_older_state_never_replaces_a_newer_one()
    {
        await ImportAsync();
        WriteDay(Yesterday, modifications:
        [
            GeoNamesFolder.London.Replace("8961989", "1", StringComparison.Ordinal).Replace("2024-01-31", "2024-01-30", StringComparison.Ordinal),
            GeoNamesFolder.Croydon.Replace("173314", "2", StringComparison.Ordinal),
        ]);

        Assert.Equal("cities +0 ~1 -0", await UpdateAsync());
        Assert.Equal(8961989, await Database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
    }

    [Fact]
    public async Task A_place_that_is_no_longer_imported_goes_and_one_that_becomes_a_district_moves()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Place(9000001, "Hamlet", 51.4, -0.2, "PPL", "GB", "ENG", "GLA", 5000));
        var options = Options();
        options.MinimumPopulation = 1000;
        await ImportAsync(options);
        WriteDay(Yesterday, modifications:
        [
            Modified(GeoNamesFolder.Croydon, ("\tPPL\t", "\tPPLX\t")),
            Modified(GeoNamesFolder.NewMalden, ("\tPPLX\t", "\tPPL\t")),
            Modified(GeoNamesFolder.Place(9000001, "Hamlet", 51.4, -0.2, "PPL", "GB", "ENG", "GLA", 900)),
        ]);

        Assert.Equal("cities +1 ~0 -2, districts +1 ~0 -1", await UpdateAsync(options));
        Assert.Equal(2643743, await Database.ScalarAsync<int>("SELECT city_id FROM districts WHERE id = 2651817"));
    }

    [Fact]
    public async Task The_districts_of_a_city_that_goes_belong_to_the_next_and_what_the_hierarchy_said_stays()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Place(9000001, "Second", 51.4, -0.2, "PPLX", "GB", "ENG", "GLA"));
        Folder.Write("dump/hierarchy.zip", "2651817\t2641598\tADM", "2651817\t9000001\tADM");
        await ImportAsync();
        WriteDay(Yesterday, modifications: [Modified(GeoNamesFolder.NewMalden, ("23000", "24000"))]);
        Assert.Equal("districts +0 ~1 -0", await UpdateAsync());
        Assert.Equal("Hierarchy", await Database.ScalarAsync<string>("SELECT city_link FROM districts WHERE id = 2641598"));

        WriteDay(Yesterday, deletes: ["2651817\tCroydon\t"]);
        var again = Options();
        again.Since = Yesterday;
        Assert.Equal("cities +0 ~0 -1, districts +0 ~2 -0", await UpdateAsync(again));
        Assert.Equal(2, await CountAsync("districts WHERE city_id = 2643743 AND city_link = 'NearestInSubregion'"));
    }

    [Fact]
    public async Task Alternative_names_follow_their_own_changes()
    {
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, 2643743, "en", "London"), GeoNamesFolder.Name(2, 2643743, "en", "Londres"),
            GeoNamesFolder.Name(3, 2643743, "en", "Lunnun"), GeoNamesFolder.Name(4, 2964574, "en", "Dublin"));
        await ImportAsync();
        WriteDay(
            Yesterday,
            deletes: ["2964574\tDublin\t"],
            nameModifications:
            [
                GeoNamesFolder.Name(1, 2643743, "en", "London Town"), GeoNamesFolder.Name(2, 2643743, "fr", "Londres"),
                GeoNamesFolder.Name(5, 2651817, "en", "Croydon"), GeoNamesFolder.Name(6, 5128581, "en", "New York"),
            ],
            nameDeletes: ["3\t2643743\tLunnun\tnonsense"]);

        Assert.Equal("cities +0 ~0 -1, alternative_names +1 ~1 -3", await UpdateAsync());
        Assert.Equal("1 London Town,5 Croydon", await Database.ScalarAsync<string>(
            "SELECT string_agg(id || ' ' || name, ',' ORDER BY id) FROM alternative_names"));
    }

    [Fact]
    public async Task Names_of_a_deleted_city_are_counted()
    {
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, 2643743, "en", "London Town"), GeoNamesFolder.Name(2, 2643743, "en", "Lunnun"),
            GeoNamesFolder.Name(3, 2964574, "en", "Dublin"), GeoNamesFolder.Name(4, 2964574, "en", "Dubh Linn"));
        await ImportAsync();
        WriteDay(Yesterday, deletes: ["2964574\tDublin\t"]);

        Assert.Equal("cities +0 ~0 -1, alternative_names +0 ~0 -2", await UpdateAsync());
        Assert.Equal(2, await CountAsync("alternative_names"));

        // They are also counted where the update does not load names.
        WriteDay(Yesterday, deletes: ["2643743\tLondon\t"]);
        var cities = Options();
        cities.Kinds = "city";
        cities.Since = Yesterday;
        Assert.Equal("cities +0 ~0 -1, alternative_names +0 ~0 -2", await UpdateAsync(cities));
    }

    [Fact]
    public async Task A_place_that_moves_to_a_country_that_is_not_imported_goes()
    {
        await ImportAsync(Options("GB"));
        WriteDay(Yesterday, modifications: [Modified(GeoNamesFolder.Croydon, ("\tGB\t", "\tIE\t"))]);

        Assert.Equal("cities +0 ~0 -1", await UpdateAsync(Options("GB")));

        // A place of another country than the imported ones stays, wherever it moves.
        await ImportAsync(Options("IE"));
        WriteDay(Yesterday, modifications: [Modified(GeoNamesFolder.Dublin, ("\tIE\t", "\tFR\t"))]);
        var again = Options("GB");
        again.Since = Yesterday;
        Assert.Equal("", await UpdateAsync(again));
    }

    [Fact]
    public async Task Names_that_come_with_the_places_follow_their_changes()
    {
        Folder.Write("dump/GB.zip", WithNames(GeoNamesFolder.London, "Londres,Lunnun"), WithNames(GeoNamesFolder.Croydon, "Croy"));
        await ImportAsync();
        WriteDay(Yesterday, modifications: [Modified(WithNames(GeoNamesFolder.London, "Londres,Londra"))]);

        Assert.Equal("cities +0 ~1 -0, alternative_names +1 ~0 -1", await UpdateAsync());
        Assert.Equal("Croy,Londra,Londres", await Database.ScalarAsync<string>(
            "SELECT string_agg(name, ',' ORDER BY name) FROM alternative_names"));

        static string WithNames(string row, string names) =>
            row.Replace("\t\t5", $"\t{names}\t5", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_would_delete_many_rows_fails()
    {
        Folder.Write("dump/GB.zip",
            [.. Enumerable.Range(1, 200).Select(id => GeoNamesFolder.Place(id, $"Place {id}", 51, 0, "PPL", "GB"))]);
        await ImportAsync(Options("GB"));
        WriteDay(Yesterday, deletes: [.. Enumerable.Range(1, 101).Select(id => $"{id}\tPlace {id}\t")]);

        var exception = await Assert.ThrowsAsync<ImportException>(() => UpdateAsync(Options("GB")));

        Assert.Contains("101 of the 200 rows of cities would be deleted", exception.Message, StringComparison.Ordinal);
        Assert.Equal(200, await CountAsync("cities"));
    }

    [Fact]
    public async Task Days_are_applied_in_order_and_a_gap_is_told_of()
    {
        await ImportAsync();
        for (var days = 3; days >= 1; days--)
            WriteDay(Yesterday.AddDays(1 - days), modifications: [Modified(GeoNamesFolder.London, ("8961989", $"{days}"))]);
        var options = Options();
        options.Since = Yesterday.AddDays(-2);

        Assert.Equal("cities +0 ~3 -0", await UpdateAsync(options));
        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));

        File.Delete(Path.Combine(Folder.Path, FormattableString.Invariant($"dump/deletes-{Yesterday.AddDays(-1):yyyy-MM-dd}.txt")));
        var exception = await Assert.ThrowsAsync<ImportException>(() => UpdateAsync(options));
        Assert.Contains(
            FormattableString.Invariant($"does not have the changes of {Yesterday.AddDays(-1):yyyy-MM-dd}"), exception.Message, StringComparison.Ordinal);

        // That the last day is not there yet is no gap.
        options.Since = Yesterday;
        options.Until = Yesterday.AddDays(1);
        Assert.Equal("", await UpdateAsync(options));
    }

    [Fact]
    public async Task Only_places_that_the_file_of_places_would_hold_are_inserted()
    {
        Folder.Write("dump/cities1000.zip", GeoNamesFolder.London);
        var options = Options();
        options.Places = "cities1000";
        await ImportAsync(options);
        WriteDay(Yesterday, modifications:
        [
            Modified(GeoNamesFolder.Place(1, "Large", 51.4, -0.2, "PPL", "GB", "", "", 1001)),
            Modified(GeoNamesFolder.Place(2, "Small", 51.4, -0.2, "PPL", "GB", "", "", 1000)),
            Modified(GeoNamesFolder.Place(3, "Seat", 51.4, -0.2, "PPLA3", "GB", "", "", 10)),
            Modified(GeoNamesFolder.Place(4, "Lesser seat", 51.4, -0.2, "PPLA4", "GB", "", "", 10)),
        ]);

        await UpdateAsync(options);
        Assert.Equal("1,3,2643743", await Database.ScalarAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM cities"));
    }

    [Fact]
    public async Task Without_an_import_after_the_sample_and_after_a_flush_there_is_nothing_to_update()
    {
        var exception = await Assert.ThrowsAsync<ImportException>(() => UpdateAsync());
        Assert.Contains("nothing has been imported", exception.Message, StringComparison.Ordinal);

        await Database.ImportSampleAsync(Cancellation);
        exception = await Assert.ThrowsAsync<ImportException>(() => UpdateAsync());
        Assert.Contains("sample cannot be updated", exception.Message, StringComparison.Ordinal);

        await ImportAsync();
        await FlushAsync("all");
        exception = await Assert.ThrowsAsync<ImportException>(() => UpdateAsync());
        Assert.Contains("the data was flushed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_goes_on_after_the_day_that_the_server_published_the_files()
    {
        var published = DateTimeOffset.UtcNow.AddDays(-3);
        await Database.ImportAsync(new PublishedFolder(Folder.Source, published), Options(), Cancellation);
        var requested = new PublishedFolder(Folder.Source, published);

        await Assert.ThrowsAsync<ImportException>(() => Database.UpdateAsync(requested, Options(), Cancellation));

        // The files hold the changes up to the day before they were published.
        var first = DateOnly.FromDateTime(published.UtcDateTime);
        Assert.Equal(FormattableString.Invariant($"dump/modifications-{first:yyyy-MM-dd}.txt"), requested.Requested[0]);
    }

    /// <summary>Writes the files of a day.</summary>
    private void WriteDay(
        DateOnly day,
        string[]? modifications = null,
        string[]? deletes = null,
        string[]? nameModifications = null,
        string[]? nameDeletes = null)
    {
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Folder.Write($"dump/modifications-{date}.txt", modifications ?? []);
        Folder.Write($"dump/deletes-{date}.txt", deletes ?? []);
        Folder.Write($"dump/alternateNamesModifications-{date}.txt", nameModifications ?? []);
        Folder.Write($"dump/alternateNamesDeletes-{date}.txt", nameDeletes ?? []);
    }

    private static string Modified(string row, params (string From, string To)[] changes) =>
        changes.Aggregate(row, (changed, each) => changed.Replace(each.From, each.To, StringComparison.Ordinal))
            .Replace("2024-01-31", "2024-02-01", StringComparison.Ordinal);

    /// <summary>A folder whose files say when they were published, as a server's do.</summary>
    private sealed class PublishedFolder(IGeoNamesSource folder, DateTimeOffset publishedAt) : IGeoNamesSource
    {
        public List<string> Requested { get; } = [];

        public string Description => folder.Description;

        public bool IsSample => false;

        public async Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken)
        {
            lock (Requested)
                Requested.Add(name);
            using var file = await folder.OpenAsync(name, cancellationToken);
            return await SourceFile.OpenAsync(name, file.Path, publishedAt, cancellationToken);
        }
    }
}
