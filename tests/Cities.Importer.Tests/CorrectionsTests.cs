using System.Globalization;
using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>What editors say of cities, and what imports make of it.</summary>
public sealed class CorrectionsTests(PostgisServer server) : ImportTest(server)
{
    private const int London = 2643743;
    private const int LocalPlace = 2_000_000_000;

    private static readonly DateOnly Yesterday = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);

    [Fact]
    public async Task A_correction_survives_imports_and_what_GeoNames_says_comes_beneath_it()
    {
        await ImportAsync();
        await CorrectAsync(London, """{"population": 9000000, "name": "Greater London"}""");
        Assert.Equal("Greater London 9000000", await LondonAsync());

        Assert.Equal("", await ImportAsync(Forced()));
        Folder.Write("dump/GB.zip", GeoNamesFolder.London.Replace("8961989", "8999999", StringComparison.Ordinal), GeoNamesFolder.Croydon);
        Assert.Equal("districts +0 ~0 -1", await ImportAsync());
        Assert.Equal("Greater London 9000000", await LondonAsync());
        Assert.Equal("8999999", await Database.ScalarAsync<string>("SELECT geonames->>'population' FROM administration.city_corrections"));

        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal("London 8999999", await LondonAsync());
        Assert.Equal("", await ImportAsync(Forced()));
    }

    [Fact]
    public async Task A_value_that_is_not_corrected_is_GeoNames_as_ever()
    {
        await ImportAsync();
        await CorrectAsync(London, """{"name": "Greater London"}""");
        Folder.Write("dump/GB.zip", GeoNamesFolder.London.Replace("8961989", "8999999", StringComparison.Ordinal), GeoNamesFolder.Croydon);

        Assert.Equal("cities +0 ~1 -0, districts +0 ~0 -1", await ImportAsync());
        Assert.Equal("Greater London 8999999", await LondonAsync());
    }

    [Fact]
    public async Task A_corrected_location_comes_back_to_the_digit()
    {
        await ImportAsync();
        var before = await Database.ScalarAsync<string>($"SELECT location::text FROM cities WHERE id = {London}");
        await CorrectAsync(London, """{"location": {"type": "Point", "coordinates": [-0.1278, 51.5074]}}""");
        Assert.Equal("", await ImportAsync(Forced()));
        Assert.Equal("POINT(-0.1278 51.5074) 4326", await Database.ScalarAsync<string>(
            $"SELECT ST_AsText(location) || ' ' || ST_SRID(location) FROM cities WHERE id = {London}"));

        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal(before, await Database.ScalarAsync<string>($"SELECT location::text FROM cities WHERE id = {London}"));
    }

    [Fact]
    public async Task Daily_changes_come_beneath_a_correction_and_an_older_state_does_not()
    {
        await ImportAsync();
        await CorrectAsync(London, """{"population": 9000000}""");
        WriteDay(GeoNamesFolder.London.Replace("London", "Londinium", StringComparison.Ordinal)
            .Replace("8961989", "1", StringComparison.Ordinal).Replace("2024-01-31", "2024-02-01", StringComparison.Ordinal));
        Assert.Equal("cities +0 ~1 -0", await UpdateAsync());
        Assert.Equal("Londinium 9000000", await LondonAsync());

        WriteDay(GeoNamesFolder.London.Replace("8961989", "2", StringComparison.Ordinal));
        var again = Options();
        again.Since = Yesterday;
        Assert.Equal("", await UpdateAsync(again));
        Assert.Equal("Londinium 9000000", await LondonAsync());

        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal("Londinium 1", await LondonAsync());
    }

    [Fact]
    public async Task Corrections_local_places_and_names_come_back_after_a_flush_and_the_audit_log_stays()
    {
        await ImportAsync();
        await CorrectAsync(London, """{"population": 9000000}""");
        await AddPlaceAsync();
        await AddNameAsync(London, "The Smoke");
        await FlushAsync("all");
        Assert.Equal(0, await CountAsync("cities") + await CountAsync("alternative_names"));

        // An import into empty tables, which rebuilds them.
        Assert.Contains("cities +4 ~0 -0", await ImportAsync(), StringComparison.Ordinal);
        Assert.Equal("London 9000000", await LondonAsync());
        Assert.Equal("Nova", await Database.ScalarAsync<string>($"SELECT name FROM cities WHERE id = {LocalPlace}"));
        Assert.Equal("The Smoke", await NamesAsync());
        Assert.Equal(3, await CountAsync("audit_log WHERE actor = 'editor'"));

        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal("London 8961989", await LondonAsync());
        Assert.Equal(3, await CountAsync("cities"));
    }

    [Fact]
    public async Task A_local_place_and_its_names_survive_every_import_and_are_nobodys_parent_once_deleted()
    {
        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, London, "en", "London"));
        await ImportAsync();
        await AddPlaceAsync();
        await AddNameAsync(LocalPlace, "Nova Roma");
        Assert.Equal("districts +0 ~1 -0", await ImportAsync(Forced()));
        Assert.Equal(LocalPlace, await Database.ScalarAsync<int>("SELECT city_id FROM districts"));
        Assert.Equal("", await ImportAsync(Forced("GB")));
        WriteDay(GeoNamesFolder.Dublin.Replace("2024-01-31", "2024-02-01", StringComparison.Ordinal));
        Assert.Equal("cities +0 ~1 -0", await UpdateAsync());
        Assert.Equal("London,Nova Roma", await NamesAsync());
        Assert.Equal("Nova", await Database.ScalarAsync<string>($"SELECT name FROM cities WHERE id = {LocalPlace}"));

        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal("London", await NamesAsync());
        Assert.Equal("districts +0 ~1 -0", await ImportAsync(Forced("GB")));
        Assert.Equal(London, await Database.ScalarAsync<int>("SELECT city_id FROM districts"));
        Assert.Equal("Create,AddName,DeleteName,Delete", await Database.ScalarAsync<string>(
            "SELECT string_agg(action, ',' ORDER BY id) FROM audit_log"));
    }

    [Fact]
    public async Task What_is_imported_of_one_country_leaves_the_corrections_of_another_alone()
    {
        await ImportAsync();
        await CorrectAsync(London, """{"population": 9000000}""");
        await AddPlaceAsync();

        Assert.Equal("", await ImportAsync(Forced("IE")));
        Assert.Equal("London 9000000", await LondonAsync());
        Assert.Equal(1, await CountAsync($"cities WHERE id = {LocalPlace}"));
    }

    [Fact]
    public async Task The_correction_and_name_of_a_city_that_GeoNames_removes_wait_for_it()
    {
        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, London, "en", "London"));
        await ImportAsync();
        await CorrectAsync(London, """{"population": 9000000}""");
        await AddNameAsync(London, "The Smoke");
        Folder.Write("dump/GB.zip", GeoNamesFolder.Croydon);
        await ImportAsync();
        Assert.Equal(0, await CountAsync($"cities WHERE id = {London}") + await CountAsync("alternative_names"));

        Folder.Write("dump/GB.zip", GeoNamesFolder.London.Replace("8961989", "5", StringComparison.Ordinal), GeoNamesFolder.Croydon);
        Assert.Equal("cities +1 ~0 -0, alternative_names +2 ~0 -0", await ImportAsync());
        Assert.Equal("London 9000000", await LondonAsync());
        Assert.Equal("London,The Smoke", await NamesAsync());
        await EditAsync("DELETE FROM administration.city_corrections");
        Assert.Equal("London 5", await LondonAsync());
    }

    [Fact]
    public async Task A_correction_to_a_region_that_is_gone_counts_no_longer()
    {
        Folder.Write("dump/admin1CodesASCII.txt", "GB.ENG\tEngland\tEngland\t6269131", "GB.SCT\tScotland\tScotland\t2638360", "IE.L\tLeinster\tLeinster\t7521314");
        await ImportAsync();
        await CorrectAsync(London, """{"region_id": 2638360, "subregion_id": null}""");
        await AddPlaceAsync(region: 2638360);
        Assert.Equal(2, await CountAsync("cities WHERE region_id = 2638360 AND subregion_id IS NULL"));

        Folder.Write("dump/admin1CodesASCII.txt", "GB.ENG\tEngland\tEngland\t6269131", "IE.L\tLeinster\tLeinster\t7521314");
        await ImportAsync();
        Assert.Equal("6269131 2648110", await Database.ScalarAsync<string>(
            $"SELECT concat_ws(' ', region_id, subregion_id) FROM cities WHERE id = {London}"));
        Assert.Equal("", await Database.ScalarAsync<string>(
            $"SELECT concat_ws(' ', region_id, subregion_id) FROM cities WHERE id = {LocalPlace}"));

        // The editor's next change must not fail for it either.
        await EditAsync($$"""UPDATE administration.city_corrections SET changes = changes || '{"population": 9000000}' WHERE city_id = {{London}}""");
        Assert.Equal("London 9000000", await LondonAsync());
    }

    [Fact]
    public async Task An_edit_that_is_under_way_is_waited_for_and_not_lost()
    {
        await ImportAsync();
        Folder.Write("dump/GB.zip", GeoNamesFolder.London.Replace("8961989", "1", StringComparison.Ordinal), GeoNamesFolder.Croydon);
        await using var editor = new NpgsqlConnection(Database.ConnectionString);
        await editor.OpenAsync(Cancellation);
        await using var transaction = await editor.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(editor, CorrectSql(London, """{"name": "Greater London"}"""));

        var import = ImportAsync();
        await WaitForLockAsync();
        await ExecuteAsync(editor, """UPDATE administration.city_corrections SET changes = changes || '{"elevation": 11}'""");
        await transaction.CommitAsync(Cancellation);

        Assert.Equal("cities +0 ~1 -0, districts +0 ~0 -1", await import);
        Assert.Equal("Greater London 1", await LondonAsync());
        Assert.Equal(11, await Database.ScalarAsync<int>($"SELECT elevation FROM cities WHERE id = {London}"));
    }

    private async Task WaitForLockAsync()
    {
        while (!await Database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'administration.city_corrections'::regclass AND NOT granted)"))
        {
            await Task.Delay(10, Cancellation);
        }
    }

    private ImportOptions Forced(string countries = "GB,IE")
    {
        var options = Options(countries);
        options.Force = true;
        return options;
    }

    private Task<string> LondonAsync() =>
        Database.ScalarAsync<string>($"SELECT name || ' ' || population FROM cities WHERE id = {London}");

    private Task<string> NamesAsync() =>
        Database.ScalarAsync<string>("SELECT coalesce(string_agg(name, ',' ORDER BY id), '') FROM alternative_names");

    private Task CorrectAsync(int city, string changes) => EditAsync(CorrectSql(city, changes));

    private static string CorrectSql(int city, string changes) =>
        $"INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES ({city}, false, '{changes}')";

    /// <summary>Adds a place beside New Malden, large enough for that to be a part of it.</summary>
    private Task AddPlaceAsync(int region = 6269131) => EditAsync(
        $$"""
        INSERT INTO administration.city_corrections (is_local, changes)
        SELECT true, jsonb_build_object(
          'name', 'Nova', 'ascii_name', 'Nova', 'feature_code', 'PPL', 'population', 10000000,
          'country_id', country_id, 'region_id', {{region}}, 'location', location,
          'subregion_id', CASE {{region}} WHEN region_id THEN subregion_id END)
        FROM districts WHERE id = 2641598
        """);

    private Task AddNameAsync(int city, string name) => EditAsync(
        $"""
        INSERT INTO administration.local_names (city_id, name, is_preferred, is_short, is_colloquial, is_historic)
        VALUES ({city}, '{name}', false, false, true, false)
        """);

    private async Task EditAsync(string sql)
    {
        await using var editor = new NpgsqlConnection(Database.ConnectionString);
        await editor.OpenAsync(Cancellation);
        await ExecuteAsync(editor, $"SET cities.actor = 'editor'; {sql}");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // tests write their own SQL
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private void WriteDay(params string[] modifications)
    {
        var date = Yesterday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Folder.Write($"dump/modifications-{date}.txt", modifications);
        foreach (var kind in new[] { "deletes", "alternateNamesModifications", "alternateNamesDeletes" })
            Folder.Write($"dump/{kind}-{date}.txt");
    }
}
