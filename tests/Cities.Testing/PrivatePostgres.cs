using Npgsql;
using Xunit;

namespace Cities.Testing;

/// <summary>
/// A PostgreSQL of a test class's own, which it may restart and starve: a cluster of the installed server, made and run by
/// <c>eng/postgres.sh</c>.
/// </summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    /// <summary>Why tests are skipped where <see cref="IsInstalled"/> is false.</summary>
    public const string Missing = "PostgreSQL with PostGIS is not installed on this machine: a container's cannot be starved.";

    /// <summary>Neither autovacuum nor a checkpoint puts WAL of its own among that which a test measures.</summary>
    private const string Settings = "fsync=off autovacuum=off checkpoint_timeout=1h max_connections=50";

    private PostgresShell? _shell;
    private string _connectionString = "";
    private int _starts;

    /// <summary>Whether there is a server to make a cluster of; it is running then.</summary>
    public bool IsInstalled => _shell is not null;

    public async ValueTask InitializeAsync()
    {
        _shell = await PostgresShell.StartAsync();
        if (_shell is null)
            return;
        await _shell.RunAsync("trap 'postgres_stop discard' EXIT");
        await StartAsync(fileSizeLimit: null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
            await _shell.DisposeAsync();
    }

    /// <summary>Makes an empty database; it ends with the server.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => PostgisServer.At(_connectionString).CreateDatabaseAsync();

    /// <summary>A database at the address that it has since the server was last started.</summary>
    public TestDatabase Open(TestDatabase database) => PostgisServer.At(_connectionString).Open(database.Name);

    /// <summary>Reads what the server has logged.</summary>
    public Task<string> ReadLogAsync() => _shell!.RunAsync("cat \"$postgres_folder/server.log\"");

    /// <summary>Ends every process of the server at once, as a crash would, and lets it recover.</summary>
    public async Task CrashAsync() => await StartedAsync(
        """
        "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$postgres_folder" -l "$postgres_folder/server.log" \
          -m immediate -w -t 60 restart >/dev/null || die "$(tail -n 3 "$postgres_folder/server.log")"
        """);

    /// <summary>Stops the server and starts it, able to write files up to a limit in bytes, or to any size.</summary>
    public async Task RestartAsync(long? fileSizeLimit)
    {
        await _shell!.RunAsync("postgres_stop");
        await StartAsync(fileSizeLimit);
    }

    /// <summary>Stops the server and starts it such that it takes encrypted connections alone, under a certificate of its own.</summary>
    /// <returns>The file with the certificate, which is for <c>localhost</c>.</returns>
    public async Task<string> RestartEncryptedAsync()
    {
        var certificate = $"{_shell!.Folder}/server.crt";
        await _shell.RunAsync(
            $$"""
            postgres_stop
            openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
              -keyout '{{_shell.Folder}}/server.key' -out '{{certificate}}' 2>/dev/null || die 'openssl made no certificate.'
            chmod 600 '{{_shell.Folder}}/server.key'
            if [[ -n ${postgres_owner[*]} ]]; then chown postgres: '{{_shell.Folder}}'/server.*; fi
            sed -i 's/^host /hostssl /' '{{_shell.Folder}}/cluster/pg_hba.conf'
            """);
        await StartAsync(
            fileSizeLimit: null, $"ssl=on ssl_cert_file={certificate} ssl_key_file={_shell.Folder}/server.key");
        return certificate;
    }

    /// <summary>Writes a backup of a database, and makes another one of it, as docs/reliability.md says.</summary>
    public async Task<TestDatabase> RestoreCopyAsync(TestDatabase database)
    {
        var copy = await CreateDatabaseAsync();
        var server = new NpgsqlConnectionStringBuilder(_connectionString);
        await _shell!.RunAsync(
            $"""
            export PGHOST={server.Host} PGPORT={server.Port} PGUSER={server.Username} PGPASSWORD='{server.Password}'
            backup='{_shell.Folder}/citiesdb.dump'
            "$postgres_bin/pg_dump" --format=custom --dbname={database.Name} --file="$backup" || die 'no backup'
            "$postgres_bin/pg_restore" --exit-on-error --dbname={copy.Name} "$backup" || die 'not restored'
            """);
        return copy;
    }

    private Task StartAsync(long? fileSizeLimit, string settings = "") => StartedAsync(
        $"""
        ulimit -S -f {(fileSizeLimit is { } bytes ? $"{bytes / 1024}" : "unlimited")}
        postgres_start_cluster '{_shell!.Folder}/cluster' {Settings} {settings}
        """);

    private async Task StartedAsync(string commands)
    {
        var answer = await _shell!.RunAsync($"{commands}\necho \"$POSTGRES\"");
        // Its own name for each start keeps connections of the last one, which are dead, out of the way.
        _connectionString = $"{answer.Split('\n')[^1]};Application Name=start {++_starts}";
    }
}
