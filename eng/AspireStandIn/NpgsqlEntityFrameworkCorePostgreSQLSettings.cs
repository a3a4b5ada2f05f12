namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>
/// Settings of a PostgreSQL database context, read from the configuration section
/// <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c> or, with precedence, its subsection named for the context.
/// </summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    /// <summary>Connection string of the database; <c>ConnectionStrings:{name}</c> takes precedence over it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether failed commands are not tried again.</summary>
    public bool DisableRetry { get; set; }

    /// <summary>Whether no health check is added for the context.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether Npgsql's spans are not traced.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether Npgsql's metrics are not collected.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>Time-out of a command in seconds; null for Npgsql's default.</summary>
    public int? CommandTimeout { get; set; }
}
