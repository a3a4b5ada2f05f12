
namespace Cities.Api.Http;

/// <summary>
/// <c>Cities.Api --health</c>: checks whether the API in the same container is ready. Some orchestrators require a
/// command as the probe, and the image contains no other program.
/// </summary>
internal static class HealthProbe
{
    public const string Option = "--health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sends a request to the loopback address, to the first port of <c>ASPNETCORE_URLS</c> or
    /// <c>ASPNETCORE_HTTP_PORTS</c>.
    /// </summary>
    /// <returns>The exit code: 0 if the API is ready, 1 if it is not ready or does not answer.</returns>
    public static async Task<int> RunAsync()
    {
        var listening = BindingAddress.Parse(
            First("ASPNETCORE_URLS") ?? $"http://localhost:{First("ASPNETCORE_HTTP_PORTS") ?? "5000"}");
        var address = new UriBuilder(
            listening.Scheme, "localhost", listening.Port, ServiceDefaultsExtensions.ReadinessPath);
        using var client = new HttpClient { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(address.Uri);
            Console.WriteLine(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine(exception.Message);
            return 1;
        }
    }

    private static string? First(string variable) =>
        Environment.GetEnvironmentVariable(variable)?
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault();
}
