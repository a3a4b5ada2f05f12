using System.Globalization;
using System.Net;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Cities.Api.Tests.Http;

/// <summary>What the tests of the HTTP layer have in common.</summary>
internal static class HttpTesting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request, by default without Accept-Encoding and whatever else a client adds by itself.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> AskAsync(
        this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Get, path, headers);

    /// <summary>The strong ETag of a successful answer.</summary>
    public static async Task<string> GetETagAsync(
        this HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        using var response = await client.AskAsync(path, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.ETag!.IsWeak);
        return response.Headers.ETag.ToString();
    }

    /// <summary>A client of the API on the server that it runs on, which the tests' own does not do everything of.</summary>
    public static HttpClient CreateKestrelClient(this WebApplicationFactory<PageRequest> factory)
    {
        factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        factory.StartServer();
        return factory.CreateClient();
    }

    public static Task<byte[]> BytesAsync(this HttpResponseMessage response) =>
        response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    /// <summary>Adds to the record of imports.</summary>
    public static async Task RecordRunAsync(this TestDatabase database, ImportOutcome outcome = ImportOutcome.Succeeded)
    {
        await using var context = database.CreateContext();
        context.ImportRuns.Add(new ImportRun
        {
            StartedAt = DateTimeOffset.UtcNow,
            FinishedAt = DateTimeOffset.UtcNow,
            Operation = ImportOperation.Import,
            Outcome = outcome,
            Source = "test",
            Kinds = [],
            Countries = [],
            Fingerprint = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
        });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a statement.</summary>
    public static Task ExecuteAsync(this TestDatabase database, string sql) => database.ScalarAsync<int>($"{sql}; SELECT 1");

    /// <summary>Waits until something is as it should be.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, "It has not come about.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Waits until the API is ready. On a busy machine its first look at the database can take longer than a health check may,
    /// and is answered 503.
    /// </summary>
    /// <param name="client">Its client.</param>
    /// <param name="headers">Headers of the request.</param>
    public static Task ReadyAsync(HttpClient client, params (string Name, string Value)[] headers) =>
        EventuallyAsync(async () =>
        {
            using var health = await client.AskAsync("/health", headers);
            return health.StatusCode == HttpStatusCode.OK;
        });

    /// <summary>Waits for longer than a version of the data is taken for the newest.</summary>
    public static Task NextVersionCheckAsync() =>
        Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
}
