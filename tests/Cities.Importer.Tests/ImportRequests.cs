using System.Diagnostics;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>Requests for imports in a database, as the API writes them.</summary>
internal static class ImportRequests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks for an import.</summary>
    /// <returns>The request's id.</returns>
    public static async Task<long> AskAsync(this TestDatabase database, Action<ImportRequest>? change = null)
    {
        var request = new ImportRequest
        {
            RequestedBy = "somebody",
            RequestedAt = DateTimeOffset.UtcNow,
            Operation = ImportOperation.Import,
            State = ImportRequestState.Queued,
        };
        change?.Invoke(request);
        await database.MigrateAsync(Cancellation);
        await using var context = database.CreateContext();
        context.ImportRequests.Add(request);
        await context.SaveChangesAsync(Cancellation);
        return request.Id;
    }

    /// <summary>Reads a request.</summary>
    public static async Task<ImportRequest> RequestAsync(this TestDatabase database, long id)
    {
        await using var context = database.CreateContext();
        return await context.ImportRequests.AsNoTracking().SingleAsync(request => request.Id == id, Cancellation);
    }

    /// <summary>Waits until a request has a state.</summary>
    public static async Task<ImportRequest> WaitForAsync(this TestDatabase database, long id, ImportRequestState state)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var request = await database.RequestAsync(id);
            if (request.State == state)
                return request;
            Assert.True(waited.Elapsed < Timeout, $"The request is {request.State}, not {state}, after {Timeout}: {request.Error}");
            await Task.Delay(50, Cancellation);
        }
    }
}
