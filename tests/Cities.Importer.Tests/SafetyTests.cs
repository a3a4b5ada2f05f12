using Cities.Importer.Sources;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>Imports that would delete data by accident.</summary>
public sealed class SafetyTests(PostgisServer server) : ImportTest(server)
{
    private static readonly string[] Places =
        [.. Enumerable.Range(1, 200).Select(id => GeoNamesFolder.Place(id, $"Place {id}", 51, 0, "PPL", "GB", "ENG", "GLA"))];

    [Theory]
    [InlineData("dump/GB.zip")]
    [InlineData("dump/countryInfo.txt")]
    [InlineData("dump/admin1CodesASCII.txt")]
    [InlineData("dump/admin2Codes.txt")]
    [InlineData("dump/hierarchy.zip")]
    [InlineData("dump/alternateNamesV2.zip")]
    [InlineData("zip/GB.zip")]
    public async Task A_file_without_rows_fails_the_import_and_the_data_stays(string name)
    {
        Folder.Write("dump/hierarchy.zip", "2643743\t2641598\tADM");
        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, 2643743, "en", "London Town"));
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));
        Folder.Write("zip/IE.zip", "IE\tD02\tDublin\t\t\t\t\t\t\t\t\t");
        await ImportAsync();
        var before = await StateAsync();

        Folder.Write(name, "# no rows");
        var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync());

        var text = name.EndsWith(".zip", StringComparison.Ordinal) ? $"{name}/{Path.GetFileNameWithoutExtension(name)}.txt" : name;
        Assert.Equal(
            (ExitCode.BadData, $"{text} contains no rows. Nothing was changed."), (exception.ExitCode, exception.Message));
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_first_import_of_places_without_rows_fails()
    {
        Folder.Write("dump/GB.zip", "");

        Assert.Equal(ExitCode.BadData, (await Assert.ThrowsAsync<ImportException>(() => ImportAsync())).ExitCode);
        Assert.Equal(0, await CountAsync("countries"));
    }

    [Fact]
    public async Task An_import_that_would_delete_many_rows_fails_until_it_is_allowed()
    {
        Folder.Write("dump/GB.zip", Places);
        await ImportAsync(Options("GB"));

        Folder.Write("dump/GB.zip", Places[..99]);
        var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(Options("GB")));
        Assert.Equal(
            (ExitCode.BadData,
                "101 of the 200 rows of cities would be deleted, more than the allowed share of 10 %. To allow it, use "
                + "--maximum-deleted-share. Nothing was changed."),
            (exception.ExitCode, exception.Message));
        Assert.Equal(200, await CountAsync("cities"));

        // The share is one of the rows of the countries that are imported, and 100 rows can always be deleted.
        Folder.Write("dump/GB.zip", Places[..100]);
        Assert.Equal("cities +0 ~0 -100", await ImportAsync(Options("GB")));
        Folder.Write("dump/GB.zip", Places);
        await ImportAsync(Options("GB"));
        Folder.Write("dump/GB.zip", Places[..99]);
        var allowed = Options("GB");
        allowed.MaximumDeletedShare = 0.6;
        Assert.Equal("cities +0 ~0 -101", await ImportAsync(allowed));
    }

    [Fact]
    public async Task Data_of_GeoNames_replaces_all_of_the_sample()
    {
        using var sample = new GeoNamesFolder();
        sample.Write("dump/GB.zip", [.. Places, GeoNamesFolder.NewMalden]);
        sample.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(900000001, 2963597, "fr", "Irlande"));
        sample.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));
        await Database.ImportAsync(new SampleSource(sample.Source), Options(), Cancellation);
        Assert.Equal(201, await CountAsync("cities"));

        var withoutCountries = Options("GB");
        withoutCountries.Kinds = "city";
        var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(withoutCountries));
        Assert.Contains("Import the kind 'country' too", exception.Message, StringComparison.Ordinal);

        await ImportAsync(Options("GB"));

        Assert.Equal((2, 1, 0, 0), (
            await CountAsync("cities"), await CountAsync("districts"), await CountAsync("alternative_names"),
            await CountAsync("postal_codes")));
        await using var context = Database.CreateContext();
        Assert.False((await context.ImportRuns.OrderBy(run => run.Id).LastAsync(Cancellation)).IsSample);
    }

    [Fact]
    public async Task A_repeated_postal_code_with_another_location_is_kept_and_an_equal_row_is_not()
    {
        string[] rows =
        [
            GeoNamesFolder.PostalCode("N1", "Islington"), GeoNamesFolder.PostalCode("N1", "Islington"),
            GeoNamesFolder.PostalCode("N1", "Islington", 51.6, -0.2),
        ];
        const string ids = "SELECT string_agg(ST_Y(location) || '=' || id, ',' ORDER BY ST_Y(location)) FROM postal_codes";
        Folder.Write("zip/GB.zip", rows);
        await ImportAsync();
        var before = await Database.ScalarAsync<string>(ids);
        Assert.Matches("^51.5=.*,51.6=.*$", before);

        // In another order, and over existing rows.
        Folder.Write("zip/GB.zip", [.. rows.Reverse()]);
        Assert.Equal("", await ImportAsync());
        Assert.Equal(before, await Database.ScalarAsync<string>(ids));
    }

    private Task<string> StateAsync() => Database.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', (SELECT count(*) FROM countries), (SELECT count(*) FROM regions),
          (SELECT count(*) FROM subregions), (SELECT string_agg(id || ':' || xmin, ',' ORDER BY id) FROM cities),
          (SELECT string_agg(id || ':' || xmin, ',' ORDER BY id) FROM districts), (SELECT count(*) FROM postal_codes),
          (SELECT count(*) FROM alternative_names))
        """);

    /// <summary>A folder that passes for the bundled sample.</summary>
    private sealed class SampleSource(IGeoNamesSource folder) : IGeoNamesSource
    {
        public string Description => folder.Description;

        public bool IsSample => true;

        public Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken) =>
            folder.OpenAsync(name, cancellationToken);
    }
}
