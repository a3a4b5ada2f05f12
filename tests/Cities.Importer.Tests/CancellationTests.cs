using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>What counts as cancelled, and not as a failure of the database.</summary>
public sealed class CancellationTests
{
    private static readonly Exception WhileWriting =
        new NpgsqlException("Exception while writing to stream", new TaskCanceledException());

    [Fact]
    public void What_was_being_written_when_it_was_cancelled_is_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);

        Assert.True(WhileWriting.IsCancellation(cancelled));
        Assert.True(new OperationCanceledException().IsCancellation(cancelled));
        Assert.False(new NpgsqlException("Exception while writing to stream", new IOException()).IsCancellation(cancelled));
    }

    [Fact]
    public void Nothing_is_cancelled_that_nobody_has_cancelled() =>
        Assert.False(WhileWriting.IsCancellation(CancellationToken.None));
}
