
namespace Cities.Api.Http;

/// <summary>
/// <c>Cities.Api --health</c>: asks the API that runs beside it whether it is ready, for orchestrators whose probe is a command
/// and images that have no other.
/// </summary>
internal static class HealthProbe
{
    public const string Option = "--health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks on loopback, at the port of the first address that <c>ASPNETCORE_URLS</c> or <c>ASPNETCORE_HTTP_PORTS</c> names.
    /// </summary>
    /// <returns>The exit code: 0 where it is ready, 1 where it is not or does not answer.</returns>
    public static async Task<int> RunAsync()
    {
        var listening = BindingAddress.Parse(
            First("ASPNETCORE_URLS") ?? $"http://localhost:{First("ASPNETCORE_HTTP_PORTS") ?? "5000"}");
        var address = new UriBuilder(listening.Scheme, "localhost", listening.Port, ServiceDefaultsExtensions.ReadinessPath);
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
