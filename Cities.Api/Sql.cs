using Cities.Api.Errors;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Cities.Api;

/// <summary>
/// Runs the queries that lists, searches, single cities, tiles and the version of the data are made of. They are SQL without
/// EF Core: what they do (KNN, trigrams, tiles) has no LINQ, and half of a request's time would be the context's, as would a
/// third of the memory and of the time to the first answer. What is asked for seldom is LINQ.
/// </summary>
/// <param name="dataSource">The database; its statements are prepared.</param>
internal sealed class Sql(NpgsqlDataSource dataSource)
{
    /// <summary>Until the first row is there a query can be run again: connections break, and servers restart.</summary>
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

    /// <summary>Runs commands in one round trip.</summary>
    /// <param name="commands">The commands, which can be run again.</param>
    /// <param name="cancellationToken">Ends the wait for them.</param>
    /// <returns>Their results; disposing it gives its connection back.</returns>
    /// <exception cref="NpgsqlException">The database is away, or refuses a command.</exception>
    public ValueTask<NpgsqlDataReader> OpenAsync(IReadOnlyList<NpgsqlBatchCommand> commands, CancellationToken cancellationToken) =>
        Retries.ExecuteAsync(
            static async (state, token) =>
            {
                var batch = state.dataSource.CreateBatch();
                foreach (var command in state.commands)
                    batch.BatchCommands.Add(Copy(command));
                return await batch.ExecuteReaderAsync(token);
            },
            (dataSource, commands),
            cancellationToken);

    /// <summary>Makes a command with the values of its parameters <c>$1</c>, <c>$2</c> and so on.</summary>
    /// <param name="sql">Made of constants and placeholders.</param>
    /// <param name="values">The values.</param>
    public static NpgsqlBatchCommand Command(string sql, params IEnumerable<object> values)
    {
#pragma warning disable CA2100 // made of constants; values are parameters
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>
    /// A command that has been run knows the statement that its connection has prepared, and asks for that of another connection
    /// too.
    /// </summary>
    private static NpgsqlBatchCommand Copy(NpgsqlBatchCommand command) =>
        Command(command.CommandText, command.Parameters.Select(parameter => parameter.Value!));
}
