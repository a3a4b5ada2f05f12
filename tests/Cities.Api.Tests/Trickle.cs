using System.Diagnostics;
using System.Net;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>
/// A few requests at a time, all the time, while something happens to the database. Each is answered with what it was
/// answered before, or 503 with Retry-After.
/// </summary>
internal static class Trickle
{
    /// <summary>What the API promises, 5 s, and what a machine that does much else may add.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5 + 10);

    /// <summary><c>Api:RequestTimeout</c> by default, 15 s, and what a machine that does much else may add.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15 + 15);

    /// <summary>Successes in a row after which all is well again.</summary>
    private const int Steady = 20;

    /// <summary>SQL, LINQ, and a list that is streamed.</summary>
    private static readonly string[] Paths =
        ["/api/v1/cities/2643743", "/api/v1/countries", "/api/v1/cities?limit=20", "/api/v1/cities/nearest?lat=51.5&lon=-0.1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks while something happens, and from then on until all is well again.</summary>
    /// <param name="client">A client of an API that keeps no answers.</param>
    /// <param name="fault">What happens; when it ends the database is there.</param>
    /// <returns>How many requests were answered 503.</returns>
    public static async Task<int> RideOutAsync(HttpClient client, Func<Task> fault)
    {
        // When the database was back, if it is.
        var back = 0L;
        var asking = (await Task.WhenAll(Paths.Select(async path => (Path: path, Expected: await AskFirstAsync(client, path)))))
            .Select(each => Task.Run(() => AskOnAsync(client, each.Path, each.Expected, () => Volatile.Read(ref back)), Cancellation))
            .ToArray();
        try
        {
            await fault();
        }
        finally
        {
            Volatile.Write(ref back, Stopwatch.GetTimestamp());
        }

        var results = await Task.WhenAll(asking);
        var (answers, refused) = (results.Sum(each => each.Answers), results.Sum(each => each.Refused));
        var (longest, recovery) = (results.Max(each => each.Longest), results.Max(each => each.Recovery));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{answers} answers, of which {refused} 503; the longest took {longest.TotalSeconds:0.00} s; "
            + $"the last 503 came {recovery.TotalSeconds:0.00} s after the database was back");
        Assert.True(longest < Longest, $"{longest}");
        Assert.True(recovery < Recovery, $"{recovery}");
        return refused;
    }

    /// <summary>Asks until there is an answer with an ETag: on a busy machine the first look at the database can take too long.</summary>
    private static async Task<Answer> AskFirstAsync(HttpClient client, string path)
    {
        Answer? answer = null;
        await HttpTesting.EventuallyAsync(async () => (answer = await AskAsync(client, path)) is { IsSuccess: true, ETag: not "" });
        return answer!;
    }

    /// <summary>Asks, and times it.</summary>
    public static async Task<Answer> AskAsync(HttpClient client, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await client.AskAsync(path);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{path}: {response.StatusCode} {body}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
        }

        return new Answer(response.IsSuccessStatusCode, $"{response.Headers.ETag}", body, took);
    }

    private static async Task<(int Answers, int Refused, TimeSpan Longest, TimeSpan Recovery)> AskOnAsync(
        HttpClient client, string path, Answer expected, Func<long> back)
    {
        var (answers, refused, longest, recovery) = (0, 0, TimeSpan.Zero, TimeSpan.Zero);
        for (var steady = 0; back() == 0 || steady < Steady; answers++)
        {
            var answer = await AskAsync(client, path);
            longest = longest > answer.Took ? longest : answer.Took;
            if (answer.IsSuccess)
            {
                // While the version of the data is unknown there is no ETag.
                Assert.Equal((expected.Body, answer.ETag is "" ? "" : expected.ETag), (answer.Body, answer.ETag));
                steady = back() == 0 ? 0 : steady + 1;
            }
            else
            {
                (refused, steady) = (refused + 1, 0);
                if (back() is var since and not 0)
                    recovery = Stopwatch.GetElapsedTime(since);
                Assert.True(recovery < Recovery, $"{path}: {answer.Body}, {recovery} after the database was back");
            }

            await Task.Delay(20, Cancellation);
        }

        return (answers, refused, longest, recovery);
    }

    /// <param name="IsSuccess">200, not 503.</param>
    /// <param name="ETag">With its quotes, or empty.</param>
    /// <param name="Body">The body.</param>
    /// <param name="Took">The time to its end.</param>
    internal sealed record Answer(bool IsSuccess, string ETag, string Body, TimeSpan Took);
}
