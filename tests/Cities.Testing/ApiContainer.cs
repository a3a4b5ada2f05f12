using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cities.Testing;

/// <summary>
/// A container of the API's image, as locked up as it can be run: without a writable file, a capability or a way to any. It
/// shares the host's network, so that it reaches the tests' database.
/// </summary>
public sealed class ApiContainer : IDisposable
{
    /// <summary>
    /// Names the image that the tests of the API shall run against, instead of against the API in their own process; those that
    /// look into the API's process have it in their own all the same.
    /// </summary>
    public const string Variable = "CITIES_TEST_API_IMAGE";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string _id;

    private ApiContainer(string id, int port) => (_id, Port) = (id, port);

    /// <summary>The image, or null where the tests run against the API in their own process.</summary>
    public static string? Image { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } image ? image : null;

    /// <summary>The port on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts one, and waits until it accepts connections.</summary>
    /// <param name="image">The image.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Keys and values of the configuration.</param>
    public static ApiContainer Start(string image, string connectionString, params IEnumerable<(string Key, string Value)> settings)
    {
        var port = LoopbackPort.Free();
        string[] arguments =
        [
            "run", "--detach", "--network", "host", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            "--env", $"ASPNETCORE_HTTP_PORTS={port}", "--env", $"ConnectionStrings__citiesdb={connectionString}",
            .. settings.SelectMany(setting => new[]
            {
                "--env", $"{setting.Key.Replace(":", "__", StringComparison.Ordinal)}={setting.Value}",
            }),
            image,
        ];
        var container = new ApiContainer(DockerCommand.Run(arguments), port);
        var started = Stopwatch.StartNew();
        for (var attempt = 1; !Accepts(port); attempt++)
        {
            // Whether it still runs takes longer to be told than it takes to start.
            if (started.Elapsed > StartTimeout || (attempt % 50 == 0 && !container.IsRunning))
            {
                var logs = container.Logs();
                container.Dispose();
                throw new InvalidOperationException($"{image} does not listen:\n{logs}");
            }

            Thread.Sleep(20);
        }

        return container;
    }

    private bool IsRunning => DockerCommand.Run("inspect", "--format", "{{.State.Running}}", _id) == "true";

    /// <summary>A client that reaches it under any name, and with which it ends.</summary>
    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // An API in this process traces its requests to others, these among them: the trace that a test names would be lost.
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(new OwningHandler(handler, this)) { BaseAddress = new Uri("http://localhost/") };
    }

    /// <summary>Runs a command in it.</summary>
    public (int ExitCode, string Output, string Errors) Execute(params string[] command) =>
        DockerCommand.TryRun(["exec", _id, .. command]);

    /// <summary>What it has printed.</summary>
    public string Logs() => DockerCommand.TryRun("logs", _id) is var (_, output, errors) ? output + errors : "";

    /// <summary>Tells it to stop (SIGTERM), and kills it after some seconds.</summary>
    /// <returns>Its exit code: 137 where it was killed.</returns>
    public int Stop(int seconds)
    {
        DockerCommand.Run("stop", "--time", $"{seconds}", _id);
        return int.Parse(DockerCommand.Run("inspect", "--format", "{{.State.ExitCode}}", _id), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Removes it, running or not.</summary>
    public void Dispose() => DockerCommand.TryRun("rm", "--force", _id);

    private static bool Accepts(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
