using System.Net.NetworkInformation;

namespace Cities.AppHost;

/// <summary>
/// Replaces ports that another program listens on. The orchestrator does not report a taken port: the resource is
/// <c>Running</c>, and its link leads into the other program.
/// </summary>
internal static class FreePorts
{
    /// <summary>How many ports are tried.</summary>
    private const int Tries = 200;

    /// <summary>The addresses of the dashboard and of what it is fed by, as the launch profile sets them.</summary>
    private static readonly string[] DashboardVariables =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>The first port from <paramref name="first"/> on that no program listens on.</summary>
    /// <exception cref="InvalidOperationException">All ports that were tried are taken.</exception>
    public static int From(int first)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(listener => listener.Port)
            .ToHashSet();
        for (var port = first; port < Math.Min(first + Tries, 65536); port++)
        {
            if (!taken.Contains(port))
                return port;
        }

        throw new InvalidOperationException($"All ports from {first} to {first + Tries - 1} are taken.");
    }

    /// <summary>
    /// Moves the dashboard's addresses to free ports. Call it before the builder reads the environment.
    /// </summary>
    public static void UseForDashboard()
    {
        foreach (var variable in DashboardVariables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } addresses)
            {
                Environment.SetEnvironmentVariable(
                    variable, string.Join(';', addresses.Split(';').Select(WithFreePort)));
            }
        }
    }

    private static string WithFreePort(string address) =>
        // Port 0 leaves the choice to the system.
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Port > 0
            ? new UriBuilder(uri) { Port = From(uri.Port) }.Uri.GetLeftPart(UriPartial.Authority)
            : address;
}
