using System.Data;
using Cities.Importer.Database;
using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>Readers, while data is imported: they see all of the old or all of the new, and wait for nobody.</summary>
public sealed class ReaderTests(PostgisServer server) : ImportTest(server)
{
    private const int Rounds = 3;
    private const string Nothing = "none: 0";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>A statement that waits longer for a lock fails.</summary>
    private string ConnectionString => Database.ConnectionString + ";Options=-c lock_timeout=3s;Application Name=reader";

    [Fact]
    public async Task A_reader_sees_all_of_the_old_data_or_all_of_the_new()
    {
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));

        var old = GeneratedFiles.Whole(version: 1);
        for (var round = 0; round < Rounds; round++)
        {
            var version = 2 - (round % 2);
            GeneratedFiles.Write(Folder, version);
            await AssertSeenAsync(() => ImportAsync(Options("GB")), old, old = GeneratedFiles.Whole(version));
        }
    }

    [Fact]
    public async Task A_reader_sees_empty_tables_or_all_of_the_first_data()
    {
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));

        for (var round = 0; round < Rounds; round++)
        {
            await AssertSeenAsync(() => FlushAsync("all"), GeneratedFiles.Whole(version: 1), Nothing);
            await AssertSeenAsync(() => ImportAsync(Options("GB")), Nothing, GeneratedFiles.Whole(version: 1));
        }
    }

    [Fact]
    public async Task A_transaction_whose_snapshot_is_older_than_the_first_data_sees_none_of_it()
    {
        GeneratedFiles.Write(Folder, version: 1);
        await using var reader = new NpgsqlConnection(ConnectionString);
        await ImportAsync(Options("GB"));
        await FlushAsync("all");
        await reader.OpenAsync(Cancellation);
        await using (await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation))
        {
            await reader.ExecuteAsync("SELECT FROM import_runs", Cancellation);
            await ImportAsync(Options("GB"));
            Assert.Equal(Nothing, await reader.ScalarAsync<string>(GeneratedFiles.Versions, Cancellation));
        }

        Assert.Equal(GeneratedFiles.Whole(version: 1), await reader.ScalarAsync<string>(GeneratedFiles.Versions, Cancellation));
    }

    [Fact]
    public async Task A_reader_that_lingers_in_a_transaction_holds_up_the_first_data_but_no_other_reader()
    {
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));
        await FlushAsync("all");
        await using var lingering = new NpgsqlConnection(ConnectionString);
        await lingering.OpenAsync(Cancellation);
        await using var transaction = await lingering.BeginTransactionAsync(Cancellation);
        await lingering.ExecuteAsync("SELECT FROM cities", Cancellation);

        using var importer = new ImporterProcess(Database, Folder);
        await importer.WaitForPhaseAsync("Replacing empty tables", Cancellation);
        using var reader = new Reader(ConnectionString, Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(4), Cancellation);
        // Goes on to a table that an import that had locked one after the other would have by now.
        Assert.Equal(Nothing, await lingering.ScalarAsync<string>(GeneratedFiles.Versions, Cancellation));
        await transaction.RollbackAsync(Cancellation);

        await importer.AssertExitsAsync(ExitCode.Success, Cancellation);
        Assert.Equal([Nothing, GeneratedFiles.Whole(version: 1)], await reader.StopAsync());
    }

    /// <summary>Asserts what a reader sees, in this order and nothing else, while data is changed.</summary>
    private async Task AssertSeenAsync(Func<Task> change, string old, string whole)
    {
        using var reader = new Reader(ConnectionString, Cancellation);
        await reader.FirstAsync();
        await change();
        Assert.Equal([old, whole], await reader.StopAsync());
    }

    /// <summary>Reads again and again, each time in one statement and a transaction of its own.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly CancellationTokenSource _timeout;
        private readonly TaskCompletionSource _first = new();
        private readonly Task<List<string>> _seen;
        private volatile bool _stopping;

        public Reader(string connectionString, CancellationToken cancellationToken)
        {
            _timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _timeout.CancelAfter(Timeout);
            _seen = ReadAsync(connectionString);
        }

        /// <summary>Waits until it has read for the first time.</summary>
        public Task FirstAsync() => Task.WhenAny(_first.Task, _seen).Unwrap();

        /// <summary>Lets it read once more.</summary>
        /// <returns>What it has seen, without repetitions.</returns>
        public Task<List<string>> StopAsync()
        {
            _stopping = true;
            return _seen;
        }

        public void Dispose() => _timeout.Dispose();

        private async Task<List<string>> ReadAsync(string connectionString)
        {
            await Task.Yield();
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(_timeout.Token);
            var seen = new List<string>();
            bool isLast;
            do
            {
                isLast = _stopping;
                var versions = (await connection.ScalarAsync<string>(GeneratedFiles.Versions, _timeout.Token))!;
                if (seen.LastOrDefault() != versions)
                    seen.Add(versions);
                _first.TrySetResult();
            }
            while (!isLast);
            return seen;
        }
    }
}
