using Cities.Data;

namespace Cities.Api;

/// <summary>The API's use of the database: it reads, and would rather answer 503 soon than keep a caller waiting.</summary>
internal static class ApiDatabase
{
    private const int CommandTimeoutSeconds = 10;
    private const int MaximumRetries = 2;
    private static readonly TimeSpan MaximumRetryDelay = TimeSpan.FromMilliseconds(500);

    public static void AddCitiesDatabase(this IHostApplicationBuilder builder)
    {
        builder.AddCitiesDbContext(npgsql => npgsql
            // PostGIS' functions have such costs that the server would compile queries, for ten times as long as they take.
            .ConfigureDataSource(source => source.ConnectionStringBuilder.Options ??= "-c jit=off")
            .CommandTimeout(CommandTimeoutSeconds)
            .EnableRetryOnFailure(MaximumRetries, MaximumRetryDelay, errorCodesToAdd: null));
        builder.Services.AddHealthChecks().AddCheck<ImportHealthCheck>("import", timeout: TimeSpan.FromSeconds(5));
    }
}
