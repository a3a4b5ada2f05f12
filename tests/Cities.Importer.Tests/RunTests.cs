using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Cities.Data.Entities;
using Cities.Importer.Sources;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>What a run leaves besides the data: its record, its rejects, its telemetry; and the tables as they were made.</summary>
public sealed class RunTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task A_run_is_recorded_with_its_files_tables_and_rejects()
    {
        Folder.Write("dump/GB.zip",
            GeoNamesFolder.London,
            GeoNamesFolder.Croydon.Replace("51.38333", "north", StringComparison.Ordinal),
            "only one column");
        var options = Options("GB");
        options.MaximumRejectedShare = 0.7;
        await ImportAsync(options);

        await using var context = Database.CreateContext();
        var run = await context.ImportRuns.SingleAsync(Cancellation);
        Assert.Equal((ImportOperation.Import, ImportOutcome.Succeeded, null), (run.Operation, run.Outcome, run.Error));
        Assert.Equal(["country", "region", "subregion", "city", "district"], run.Kinds);
        Assert.Equal(
            [
                ("dump/GB.zip/GB.txt", 2, 5, "latitude 'north' is not a number"),
                ("dump/GB.zip/GB.txt", 3, null, "has 1 column where 19 are expected"),
            ],
            run.Rejects.Select(reject => (reject.File, reject.Line, reject.Column, reject.Problem)));

        var list = Assert.Single(Directory.GetFiles(options.RejectsFolder));
        Assert.Equal(
            [
                "file\tline\tcolumn\tproblem", "dump/GB.zip/GB.txt\t2\t5\tlatitude 'north' is not a number",
                "dump/GB.zip/GB.txt\t3\t\thas 1 column where 19 are expected",
            ],
            await File.ReadAllLinesAsync(list, Cancellation));
    }

    [Fact]
    public async Task Without_rejects_there_is_no_list_and_a_list_that_cannot_be_written_does_not_end_the_import()
    {
        var options = Options("GB");
        await ImportAsync(options);
        Assert.False(Directory.Exists(options.RejectsFolder));

        await File.WriteAllTextAsync(options.RejectsFolder, "in the way", Cancellation);
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, "broken");
        options.MaximumRejectedShare = 0.5;
        Assert.Equal("cities +0 ~0 -1, districts +0 ~0 -1", await ImportAsync(options));
    }

    [Fact]
    public async Task A_run_that_failed_or_was_cancelled_is_recorded_and_changes_nothing()
    {
        await ImportAsync();
        Folder.Write("dump/GB.zip", "broken");
        await Assert.ThrowsAsync<ImportException>(() => ImportAsync());

        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await cancelled.CancelAsync();
        await using var context = Database.CreateContext();
        var progress = new Progress.LogProgress(Microsoft.Extensions.Logging.Abstractions.NullLogger<Progress.LogProgress>.Instance);
        var importer = new Importer(
            context, new FileLoader(Options(), progress), Options(), progress,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Importer>.Instance);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => importer.ImportAsync(Folder.Source, cancelled.Token));

        var runs = await context.ImportRuns.AsNoTracking().OrderBy(run => run.Id).ToListAsync(Cancellation);
        Assert.Equal([ImportOutcome.Succeeded, ImportOutcome.Failed, ImportOutcome.Cancelled], runs.Select(run => run.Outcome));
        Assert.StartsWith("1 of 1 row of dump/GB.zip/GB.txt is malformed. None is valid. The first is line 1: has 1 column", runs[1].Error, StringComparison.Ordinal);
        Assert.Empty(runs[1].Tables);
        Assert.Equal(3, await CountAsync("cities"));
    }

    [Theory]
    [InlineData("BOM, CRLF")]
    [InlineData("quotes and backslashes")]
    [InlineData("bad UTF-8")]
    public async Task Text_is_taken_as_it_is(string what)
    {
        var london = GeoNamesFolder.London;
        var (text, name) = what switch
        {
            "BOM, CRLF" => ((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{london}\r\n{GeoNamesFolder.Croydon}\r\n")], "London"),
            "quotes and backslashes" => (Encoding.UTF8.GetBytes(london.Replace("\tLondon\t", "\tLon\"d\\N'o\\\\n\\.\t", StringComparison.Ordinal)), "Lon\"d\\N'o\\\\n\\."),
            _ => ([.. Encoding.UTF8.GetBytes($"{london}\n1\tBad"), 0xFF, .. Encoding.UTF8.GetBytes(GeoNamesFolder.Croydon[7..])], "London"),
        };
        Folder.WriteBytes("dump/GB.zip", text);
        var options = Options("GB");
        options.MaximumRejectedShare = 0.5;
        await ImportAsync(options);

        Assert.Equal(name, await Database.ScalarAsync<string>("SELECT name FROM cities WHERE id = 2643743"));
        Assert.Equal(what == "BOM, CRLF" ? 2 : 1, await CountAsync("cities"));
        await using var context = Database.CreateContext();
        Assert.Equal(
            what == "bad UTF-8" ? ["dump/GB.zip/GB.txt 2 2 is not valid UTF-8"] : [],
            (await context.ImportRuns.SingleAsync(Cancellation)).Rejects
                .Select(reject => $"{reject.File} {reject.Line} {reject.Column} {reject.Problem}"));
    }

    [Fact]
    public async Task Flush_empties_the_kinds_and_what_cannot_be_without_them()
    {
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, 2643743, "en", "London"), GeoNamesFolder.Name(2, 2641598, "en", "Malden"));
        await ImportAsync();

        Assert.Equal("cities +0 ~0 -3", await FlushAsync("city"));
        Assert.Equal((1, 1, 1), (await CountAsync("districts"), await CountAsync("postal_codes"), await CountAsync("alternative_names")));
        Assert.Equal(0, await CountAsync("districts WHERE city_id IS NOT NULL OR city_link IS NOT NULL"));

        Assert.Equal("cities +3 ~0 -0, districts +0 ~1 -0, alternative_names +1 ~0 -0", await ImportAsync());
        await FlushAsync("country");
        foreach (var (_, table) in Cities.Importer.Database.Tables.All)
            Assert.Equal(0, await CountAsync(table.Name));
        Assert.Contains("cities +3 ~0 -0", await ImportAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_that_are_built_anew_are_as_the_migrations_made_them()
    {
        await using var context = Database.CreateContext();
        await Database.ScalarAsync<int>($"CREATE ROLE reader_{Database.Name}; GRANT SELECT ON cities TO reader_{Database.Name}; SELECT 1");
        try
        {
            var before = await DefinitionsAsync();
            var cities = await OidAsync();
            await ImportAsync();

            Assert.NotEqual(cities, await OidAsync());
            Assert.Equal(before, await DefinitionsAsync());
            Assert.Contains("ix_cities_search_text", before, StringComparison.Ordinal);
            Assert.Contains("fk_districts_cities_city_id", before, StringComparison.Ordinal);
            Assert.Contains($"reader_{Database.Name}=r", before, StringComparison.Ordinal);
            Assert.False(await context.Database.GetPendingMigrationsAsync(Cancellation) is { } pending && pending.Any());
        }
        finally
        {
            await Database.ScalarAsync<int>($"DROP OWNED BY reader_{Database.Name}; DROP ROLE reader_{Database.Name}; SELECT 1");
        }
    }

    [Fact]
    public async Task A_table_that_something_else_depends_on_is_filled_where_it_is()
    {
        await Database.ScalarAsync<int>("CREATE VIEW big_cities AS SELECT name FROM cities WHERE population > 1000000; SELECT 1");
        var cities = await OidAsync();

        Assert.Contains("cities +3 ~0 -0", await ImportAsync(), StringComparison.Ordinal);
        Assert.Equal(cities, await OidAsync());
        Assert.Equal(2, await CountAsync("big_cities"));
    }

    [Fact]
    public async Task A_trace_has_a_span_for_each_file_and_phase_and_the_metrics_count()
    {
        var spans = new List<string>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests import at the same time.
                if (activity.GetBaggageItem("database") == Database.Name)
                    spans.Add(activity.OperationName);
            },
        };
        ActivitySource.AddActivityListener(activities);
        var measured = new Dictionary<string, long>();
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        var rows = new Dictionary<string, long>();
        metrics.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (Activity.Current?.GetBaggageItem("database") != Database.Name)
                return;
            measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value;
            if (instrument.Name == "cities.import.rows.merged" && value > 0)
                rows[string.Join(' ', tags.ToArray().Select(tag => tag.Value))] = value;
        });
        metrics.Start();

        using (var test = new Activity("test").AddBaggage("database", Database.Name).Start())
            await ImportAsync();

        Assert.Superset(
            new HashSet<string> { "open files", "load dump/countryInfo.txt", "load dump/GB.zip", "merge cities", "index cities", "merge" },
            spans.ToHashSet());
        // Two countries, two regions, two subregions, four places; seven continents come from no file.
        Assert.Equal(10, measured["cities.import.rows.read"]);
        Assert.Equal(17, measured["cities.import.rows.merged"]);
        Assert.Equal(0, measured["cities.import.rows.rejected"]);
        Assert.True(measured["cities.import.bytes.read"] > 500);
        Assert.Equal(
            [
                "cities insert 3", "continents insert 7", "countries insert 2", "districts insert 1", "regions insert 2",
                "subregions insert 2",
            ],
            rows.Select(each => $"{each.Key} {each.Value}").Order());
    }

    [Fact]
    public async Task The_metrics_have_the_duration_of_each_run_by_its_outcome_and_no_rows_of_one_that_failed()
    {
        var runs = new List<string>();
        var merged = 0L;
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        metrics.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            // Other tests import at the same time.
            if (Activity.Current?.GetBaggageItem("database") == Database.Name)
                runs.Add($"{instrument.Name} {instrument.Unit} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value > 0}");
        });
        metrics.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == "cities.import.rows.merged" && Activity.Current?.GetBaggageItem("database") == Database.Name)
                merged += value;
        });
        metrics.Start();

        using (var test = new Activity("test").AddBaggage("database", Database.Name).Start())
        {
            await ImportAsync();
            Assert.Equal("nothing to do", await ImportAsync());
            merged = 0;
            Folder.Write("dump/GB.zip", "broken");
            await Assert.ThrowsAsync<ImportException>(() => ImportAsync());
            Assert.Equal(0, merged);
            await FlushAsync("city");
            Assert.Equal(3, merged);
        }

        Assert.Equal(
            [
                "cities.import.run.duration s import succeeded True", "cities.import.run.duration s import unchanged True",
                "cities.import.run.duration s import failed True", "cities.import.run.duration s flush succeeded True",
            ],
            runs);
    }

    [Fact]
    public async Task Files_are_brought_three_at_a_time()
    {
        var source = new CountingSource(Folder.Source);
        await Database.ImportAsync(source, Options(), Cancellation);

        Assert.Equal(3, source.Most);
    }

    private Task<uint> OidAsync() => Database.ScalarAsync<uint>("SELECT 'cities'::regclass::oid");

    /// <summary>Columns, indexes, constraints and grants of every table, as the catalog has them.</summary>
    private Task<string> DefinitionsAsync() => Database.ScalarAsync<string>(
        """
        SELECT string_agg(definition, E'\n' ORDER BY definition) FROM (
          SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, generation_expression) AS definition
          FROM information_schema.columns WHERE table_schema = 'public'
          UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
          UNION ALL SELECT concat_ws(' ', conname, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
          UNION ALL SELECT concat_ws(' ', relname, relacl::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cities%') AS definitions
        """);

    /// <summary>Counts how many files are being opened at a time.</summary>
    private sealed class CountingSource(IGeoNamesSource source) : IGeoNamesSource
    {
        private int _open;

        public int Most { get; private set; }

        public string Description => source.Description;

        public bool IsSample => false;

        public async Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken)
        {
            lock (source)
                Most = Math.Max(Most, ++_open);
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            lock (source)
                _open--;
            return await source.OpenAsync(name, cancellationToken);
        }
    }
}
