using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql.EntityFrameworkCore.PostgreSQL;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cities.AspireStandIn.Tests;

/// <summary>The stand-in does what the package does, as far as the services can tell.</summary>
public sealed class AspireEFPostgreSqlExtensionsTests
{
    private const string ConnectionString = "Host=127.0.0.1;Port=1;Database=some;Timeout=1";

    [Fact]
    public void The_connection_string_is_found_by_its_name()
    {
        using var host = Build(builder => builder.AddNpgsqlDbContext<SomeContext>("some"), ("ConnectionStrings:some", ConnectionString));

        Assert.Equal(ConnectionString, Context(host).Database.GetConnectionString());
    }

    [Fact]
    public void A_missing_connection_string_is_an_error_that_names_its_key_once_the_context_is_wanted()
    {
        using var host = Build(builder => builder.AddNpgsqlDbContext<SomeContext>("some"));

        var exception = Assert.Throws<InvalidOperationException>(() => Context(host));
        Assert.Contains("ConnectionStrings:some", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_named_connection_string_wins_over_the_section_and_the_contexts_own_section_over_the_common_one()
    {
        const string section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";
        using var host = Build(
            builder => builder.AddNpgsqlDbContext<SomeContext>("some"),
            ("ConnectionStrings:some", ConnectionString),
            ($"{section}:ConnectionString", "Host=elsewhere"),
            ($"{section}:CommandTimeout", "5"),
            ($"{section}:SomeContext:CommandTimeout", "7"));

        Assert.Equal(ConnectionString, Context(host).Database.GetConnectionString());
        Assert.Equal(7, Context(host).Database.GetCommandTimeout());
    }

    [Fact]
    public void Failed_commands_are_retried_unless_that_is_disabled()
    {
        using var retrying = Build(builder => builder.AddNpgsqlDbContext<SomeContext>("some", settings =>
            settings.ConnectionString = ConnectionString));
        using var plain = Build(builder => builder.AddNpgsqlDbContext<SomeContext>("some", settings =>
            (settings.ConnectionString, settings.DisableRetry) = (ConnectionString, true)));

        Assert.IsType<NpgsqlRetryingExecutionStrategy>(Context(retrying).Database.CreateExecutionStrategy());
        Assert.IsNotType<NpgsqlRetryingExecutionStrategy>(Context(plain).Database.CreateExecutionStrategy());
    }

    [Fact]
    public void The_services_options_come_last()
    {
        using var host = Build(
            builder => builder.AddNpgsqlDbContext<SomeContext>(
                "some", configureDbContextOptions: options => options.UseNpgsql(npgsql => npgsql.CommandTimeout(3))),
            ("ConnectionStrings:some", ConnectionString),
            ("Aspire:Npgsql:EntityFrameworkCore:PostgreSQL:CommandTimeout", "5"));

        Assert.Equal(3, Context(host).Database.GetCommandTimeout());
    }

    [Fact]
    public void Contexts_are_pooled()
    {
        using var host = Build(
            builder => builder.AddNpgsqlDbContext<SomeContext>("some"), ("ConnectionStrings:some", ConnectionString));

        SomeContext first;
        using (var scope = host.Services.CreateScope())
            first = scope.ServiceProvider.GetRequiredService<SomeContext>();
        using var other = host.Services.CreateScope();
        Assert.Same(first, other.ServiceProvider.GetRequiredService<SomeContext>());
    }

    [Fact]
    public async Task The_health_check_fails_while_the_database_is_away()
    {
        using var host = Build(
            builder => builder.AddNpgsqlDbContext<SomeContext>("some", settings => settings.DisableRetry = true),
            ("ConnectionStrings:some", ConnectionString));

        var report = await host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["SomeContext"].Status);
    }

    [Fact]
    public void Telemetry_and_the_health_check_can_be_left_out()
    {
        using var with = Build(
            builder => builder.AddNpgsqlDbContext<SomeContext>("some"), ("ConnectionStrings:some", ConnectionString));
        using var without = Build(builder => builder.AddNpgsqlDbContext<SomeContext>("some", settings =>
            (settings.ConnectionString, settings.DisableHealthChecks, settings.DisableTracing, settings.DisableMetrics) =
                (ConnectionString, true, true, true)));

        Assert.NotNull(with.Services.GetService<TracerProvider>());
        Assert.NotNull(with.Services.GetService<MeterProvider>());
        Assert.Null(without.Services.GetService<TracerProvider>());
        Assert.Null(without.Services.GetService<MeterProvider>());
        Assert.Empty(without.Services.GetService<IOptions<HealthCheckServiceOptions>>()?.Value.Registrations ?? []);
    }

    [Fact]
    public void A_context_registered_by_other_means_is_enriched()
    {
        using var host = Build(builder =>
        {
            builder.Services.AddDbContext<SomeContext>(options => options.UseNpgsql(ConnectionString));
            builder.EnrichNpgsqlDbContext<SomeContext>(settings => settings.CommandTimeout = 9);
        });

        Assert.IsType<NpgsqlRetryingExecutionStrategy>(Context(host).Database.CreateExecutionStrategy());
        Assert.Equal(9, Context(host).Database.GetCommandTimeout());
        Assert.NotNull(host.Services.GetService<HealthCheckService>());
    }

    [Fact]
    public void A_context_that_is_not_registered_cannot_be_enriched()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        var exception = Assert.Throws<InvalidOperationException>(() => builder.EnrichNpgsqlDbContext<SomeContext>());
        Assert.Contains(nameof(SomeContext), exception.Message, StringComparison.Ordinal);
    }

    private static IHost Build(Action<IHostApplicationBuilder> configure, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            configuration.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.Services.AddLogging();
        configure(builder);
        return builder.Build();
    }

    private static SomeContext Context(IHost host) =>
        host.Services.CreateScope().ServiceProvider.GetRequiredService<SomeContext>();

    private sealed class SomeContext(DbContextOptions<SomeContext> options) : DbContext(options);
}
