using Npgsql;
using Xunit;

namespace Cities.Testing;

/// <summary>
/// A PostgreSQL and a standby that streams from it, clusters of the installed server, which a test may stop, pause, lag and promote.
/// Both keep their ports.
/// </summary>
public sealed class StreamingPostgres : IAsyncLifetime
{
    /// <summary>Why tests are skipped where <see cref="IsInstalled"/> is false.</summary>
    public const string Missing = "PostgreSQL with PostGIS is not installed on this machine: there is nothing to make a standby of.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PostgresShell? _shell;
    private string _connectionString = "";

    /// <summary>Whether there is a server to make clusters of; they are running then.</summary>
    public bool IsInstalled => _shell is not null;

    /// <summary>The server that is written to.</summary>
    public Server Primary { get; private set; } = null!;

    /// <summary>The server that follows it.</summary>
    public Server Standby { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _shell = await PostgresShell.StartAsync();
        if (_shell is null)
            return;
        // The configuration of a cluster contains its port and log, so that every start uses them.
        var answer = await _shell.RunAsync(
            $$"""
            ctl() { "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$1" -w -t 60 "${@:2}" >/dev/null || die "$(tail -n 3 "$1/server.log")"; }
            processes() { local postmaster; postmaster=$(head -n 1 "$1/postmaster.pid") && echo "$postmaster" $(pgrep -P "$postmaster"); }
            primary='{{_shell.Folder}}/primary' standby='{{_shell.Folder}}/standby'
            trap '
              for server in "$standby" "$primary"; do
                kill -CONT $(processes "$server") 2>/dev/null
                "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$server" -m immediate stop >/dev/null 2>&1
                rm -rf "$server"
              done' EXIT
            postgres_start_cluster "$primary" fsync=off max_connections=50
            port=$(sed -n 4p "$primary/postmaster.pid")
            ctl "$primary" stop
            configure() {
              "${postgres_owner[@]}" tee -a "$1/postgresql.conf" >/dev/null <<<"port = $2
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            max_connections = 50"
            }
            configure "$primary" "$port"
            ctl "$primary" -l "$primary/server.log" start
            export PGPASSWORD=$(cat "$primary.password")
            install -d -m 700 ${postgres_owner:+-o postgres} "$standby"
            "${postgres_owner[@]}" "$postgres_bin/pg_basebackup" -h 127.0.0.1 -p "$port" -U postgres -D "$standby" \
              --wal-method=stream --checkpoint=fast --write-recovery-conf || die 'no base backup'
            standby_port=$(free_port $((port + 1)))
            configure "$standby" "$standby_port"
            ctl "$standby" -l "$standby/server.log" start
            echo "$port $standby_port $PGPASSWORD"
            """);
        if (answer.Split('\n')[^1].Split(' ') is not [var primary, var standby, var password])
            throw new InvalidOperationException(answer);
        _connectionString = $"Username=postgres;Password={password}";
        Primary = new Server(this, "primary", primary);
        Standby = new Server(this, "standby", standby);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
            await _shell.DisposeAsync();
    }

    /// <summary>Makes an empty database; it ends with the servers.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => PostgisServer.At(Primary.ConnectionString).CreateDatabaseAsync();

    /// <summary>The connection string of a database on both servers, the standby named first.</summary>
    public string ConnectionStringOf(TestDatabase database) =>
        $"Host=127.0.0.1:{Standby.Port},127.0.0.1:{Primary.Port};{_connectionString};Database={database.Name}";

    /// <summary>Waits until the standby has all that the primary has written.</summary>
    public async Task CatchUpAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var position = await AskAsync<string>(Primary, "SELECT pg_current_wal_lsn()::text");
        while (!await AskAsync<bool>(Standby, $"SELECT pg_last_wal_replay_lsn() >= '{position}'"))
            await Task.Delay(20, patience.Token);
    }

    private static Task<T> AskAsync<T>(Server server, string sql) =>
        PostgisServer.At(server.ConnectionString).Open("postgres").ScalarAsync<T>(sql);

    /// <summary>One of the two.</summary>
    public sealed class Server
    {
        private readonly StreamingPostgres _postgres;
        private readonly string _name;

        internal Server(StreamingPostgres postgres, string name, string port) => (_postgres, _name, Port) = (postgres, name, port);

        /// <summary>The port on loopback.</summary>
        public string Port { get; }

        /// <summary>The connection string, without a database.</summary>
        public string ConnectionString => $"Host=127.0.0.1;Port={Port};{_postgres._connectionString}";

        /// <summary>A database on this server.</summary>
        public TestDatabase Open(TestDatabase database) => PostgisServer.At(ConnectionString).Open(database.Name);

        /// <summary>Ends all its processes at once.</summary>
        public Task StopAsync() => RunAsync("ctl \"$server\" -m immediate stop");

        /// <summary>Ends it as its administrator would: sessions are told, and nothing has to be recovered.</summary>
        public Task ShutDownAsync() => RunAsync("ctl \"$server\" -m fast stop");

        /// <summary>SIGKILL to all its processes.</summary>
        public Task KillAsync() => RunAsync(
            """
            killed=$(processes "$server")
            kill -KILL $killed
            while ps -o stat= -p "$killed" | grep -qv '^Z'; do sleep 0.02; done
            # Where nobody has waited for it yet its number is still taken, and it would be thought to be running.
            rm "$server/postmaster.pid"
            """);

        /// <summary>SIGSTOP to all its processes: connections stay, new ones are taken, and nobody answers.</summary>
        public Task PauseAsync() => RunAsync(
            """
            # The postmaster first: what it makes after its children are listed would go on.
            kill -STOP "$(head -n 1 "$server/postmaster.pid")"
            kill -STOP $(processes "$server")
            """);

        /// <summary>Ends the pause.</summary>
        public Task ResumeAsync() => RunAsync("kill -CONT $(processes \"$server\")");

        /// <summary>Makes a standby a server that is written to.</summary>
        public Task PromoteAsync() => RunAsync("ctl \"$server\" promote");

        /// <summary>Starts it again.</summary>
        /// <param name="settings">Settings of the server, like <c>recovery_min_apply_delay=1h</c>.</param>
        public async Task StartAsync(params IEnumerable<string> settings)
        {
            await RunAsync($"ctl \"$server\" -l \"$server/server.log\" -o '{string.Concat(settings.Select(each => $" -c {each}"))}' start");
            // Connections from before are dead.
            NpgsqlConnection.ClearAllPools();
        }

        private Task<string> RunAsync(string commands) => _postgres._shell!.RunAsync($"server=${_name}\n{commands}");
    }
}
