using Polly;
using Polly.Retry;

namespace Cities.Api.Database;

/// <summary>Runs queries.</summary>
internal interface ISqlReader
{
    /// <summary>Runs queries in one round trip.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="cancellationToken">Ends the wait for the first row.</param>
    /// <returns>The results. Dispose of the reader before the next query.</returns>
    /// <exception cref="NpgsqlException">The database is unavailable, or rejects a query.</exception>
    ValueTask<NpgsqlDataReader> OpenAsync(IReadOnlyList<SqlText> queries, CancellationToken cancellationToken);
}

/// <summary>Runs queries on any connection of a source.</summary>
/// <param name="dataSource">The database. It prepares the statements.</param>
internal sealed class Sql(NpgsqlDataSource dataSource) : ISqlReader
{
    /// <summary>
    /// Until the first row arrives, a query can be run again: connections break, and servers restart.
    /// </summary>
    private static readonly ResiliencePipeline Retries = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(DatabaseFailure.IsMomentary),
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromMilliseconds(500),
        })
        .Build();

    /// <summary>Runs queries in one round trip and in one transaction. They must be safe to run again.</summary>
    /// <inheritdoc/>
    public ValueTask<NpgsqlDataReader> OpenAsync(IReadOnlyList<SqlText> queries, CancellationToken cancellationToken) =>
        Retries.ExecuteAsync(
            // New commands for each attempt: a command keeps the prepared statement of the connection that ran it.
            static async (state, token) =>
                await state.dataSource.CreateBatch().Add(state.queries).ExecuteReaderAsync(token),
            (dataSource, queries),
            cancellationToken);
}

/// <summary>Adds queries to batches, and reads columns that can be null.</summary>
internal static class NpgsqlExtensions
{
    public static NpgsqlBatch Add(this NpgsqlBatch batch, IReadOnlyList<SqlText> queries)
    {
        foreach (var query in queries)
            batch.BatchCommands.Add(query.ToCommand());
        return batch;
    }

    public static T? GetOptional<T>(this NpgsqlDataReader reader, int ordinal)
        where T : struct =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);

    public static string? GetOptionalString(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
