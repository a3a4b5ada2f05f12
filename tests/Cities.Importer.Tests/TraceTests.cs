using System.Diagnostics;
using Cities.Importer.Progress;
using Cities.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Cities.Importer.Tests;

/// <summary>The trace of a run, as the dashboard shows it.</summary>
public sealed class TraceTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task The_first_import_has_no_error_and_its_SQL_is_named_by_its_summary()
    {
        // Not even the database is there.
        await Database.DisposeAsync();
        var builder = ImporterHost.CreateBuilder(new()
        {
            ["ConnectionStrings:citiesdb"] = Database.ConnectionString,
            ["Import:Source"] = Folder.Path,
            ["Import:Countries"] = "GB,IE",
            ["Import:RejectsFolder"] = Path.Combine(Folder.Path, "rejects"),
        });
        var spans = new List<Activity>();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IImportProgress, LogProgress>();
        builder.Services.AddSingleton<ImportRunner>();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(Telemetry.Name).AddInMemoryExporter(spans));
        RunResult run;
        using (var host = builder.Build())
        {
            await host.StartAsync(Cancellation);
            run = await host.Services.GetRequiredService<ImportRunner>()
                .RunAsync(host.Services.GetRequiredService<ImportOptions>(), Cancellation);
            await host.StopAsync(Cancellation);
        }

        Assert.Equal(ExitCode.Success, run.ExitCode);
        // Other tests import at the same time.
        var trace = spans.First(span => Equals(span.GetTagItem("db.namespace"), Database.Name)).TraceId;
        spans.RemoveAll(span => span.TraceId != trace);
        Assert.Equal("import", Assert.Single(spans, span => span.ParentSpanId == default).DisplayName);
        Assert.DoesNotContain(spans, span => span.Status == ActivityStatusCode.Error);
        var sql = spans.Where(span => span.Source.Name == "Npgsql").ToList();
        Assert.Contains(sql, span => span.DisplayName == "INSERT import_runs");
        Assert.DoesNotContain(sql, span => span.DisplayName == "postgresql");
        // The statements of migrations are not in it.
        Assert.DoesNotContain(sql, span => span.GetTagItem("db.query.text") is string text
            && (text.Contains("__EFMigrationsHistory", StringComparison.Ordinal) || text.Contains("CREATE EXTENSION", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Console_lines_are_time_level_and_message()
    {
        using var importer = new ImporterProcess(Database, Folder, "--countries", "GB,IE");

        await importer.WaitForAsync("completed in", Cancellation);

        Assert.All(
            importer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^\d\d:\d\d:\d\d (info    |warning ) \S.*$", line));
        Assert.Contains("info     cities: 3 inserted, 0 updated, 0 deleted.", importer.Output, StringComparison.Ordinal);
        await importer.AssertExitsAsync(ExitCode.Success, Cancellation);
    }
}
