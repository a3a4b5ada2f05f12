using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// The role that the API connects as: the user of the connection string <see cref="CitiesDatabase.ApiConnectionName"/>.
/// The importer, which owns the tables, creates the role and gives it the permissions that the API needs.
/// </summary>
internal sealed partial class ApiDatabaseRole
{
    private const int Iterations = 4096;
    private const int SaltLength = 16;

    /// <summary>The name of the role in the SQL file.</summary>
    private const string Placeholder = "\"cities_reader\"";

    private readonly string _name;
    private readonly string? _password;

    private ApiDatabaseRole(string name, string? password)
    {
        _name = name;
        _password = password;
    }

    /// <summary>Reads the role from the connection string of the API.</summary>
    /// <returns>The role, or null without such a connection string.</returns>
    /// <exception cref="ImportException">The connection string or its password file is invalid.</exception>
    public static ApiDatabaseRole? Read(IConfiguration configuration)
    {
        if (configuration.GetConnectionString(CitiesDatabase.ApiConnectionName) is not { Length: > 0 } text)
            return null;
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            if (connection.Username is not { } name || !RoleName().IsMatch(name))
                throw Invalid("names no user of at most 63 letters, digits, '_', '-', '.' and '@'");
            return new ApiDatabaseRole(name, connection.Password ?? FindPassword(connection));
        }
        catch (ArgumentException exception)
        {
            // Not its message: it can quote a part of the password.
            throw Invalid("is not a connection string", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid("names a password file that cannot be read", exception);
        }
    }

    /// <summary>
    /// Creates the role or sets its password, and gives it exactly the permissions of the API. An importer that may not
    /// create roles only gives the permissions. While another importer is working, one that serves requests does
    /// nothing: the other importer has done it.
    /// </summary>
    /// <param name="context">The database, after its migration.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="logger">Logs the wait for another importer.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="ImportException">
    /// The role does not exist and cannot be created, it can do more than the API needs, the importer may not change
    /// it, or another importer has not ended in time.
    /// </exception>
    public async Task ApplyAsync(
        CitiesDbContext context, ImportOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)((ICloneable)context.Database.GetDbConnection()).Clone();
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!options.Serve)
            await ImportLock.TakeAsync(connection, options.LockTimeout, logger, cancellationToken);
        else if (!await ImportLock.TryTakeAsync(connection, cancellationToken))
            return;
        try
        {
            await ApplyAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ImportException(
                ExitCode.Failure,
                $"The importer may not create the role '{_name}' or give it permissions: {exception.MessageText}. "
                + "Create the roles of the importer and the API with docs/operations/roles.sql.",
                exception);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var role = $"\"{_name}\"";
        var mayCreate = await connection.ScalarAsync<bool>(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user", cancellationToken);
        var isLimited = await connection.ScalarAsync<bool?>(
            """
            SELECT NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
              AND rolname <> current_user
            FROM pg_roles WHERE rolname = $1
            """,
            cancellationToken,
            [_name]);
        if (isLimited == false)
            throw Invalid($"names the role '{_name}', which can do more than the API needs; name another role");
        if (isLimited is null && _password is null)
            throw Invalid($"names the role '{_name}', which does not exist, but has no password to create it with");
        if (isLimited is null || (mayCreate && _password is not null))
        {
            await connection.ExecuteAsync(
                $"""
                {(isLimited is null ? "CREATE" : "ALTER")} ROLE {role} LOGIN PASSWORD '{Verifier(_password!)}';
                -- Transactions that write set the transaction mode READ WRITE.
                ALTER ROLE {role} SET default_transaction_read_only = on
                """,
                cancellationToken);
        }

        await connection.ExecuteAsync(
            ReadSql().Replace(Placeholder, role, StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>
    /// The value that PostgreSQL stores instead of a password (RFC 5803): the server never receives the password, which
    /// its log could contain otherwise. Npgsql normalizes passwords in the same way.
    /// </summary>
    private static string Verifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)),
            salt,
            Iterations,
            HashAlgorithmName.SHA256,
            SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}$"
            + $"{Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }

    /// <summary>
    /// Finds the password in the file that the connection string names. Its format is that of libpq:
    /// <c>host:port:database:user:password</c>, where <c>*</c> matches everything.
    /// </summary>
    private static string? FindPassword(NpgsqlConnectionStringBuilder connection)
    {
        if (connection.Passfile is null)
            return null;
        string?[] wanted =
        [
            connection.Host, connection.Port.ToString(CultureInfo.InvariantCulture), connection.Database,
            connection.Username,
        ];
        return File.ReadLines(connection.Passfile)
            .Select(line => FieldSeparator().Split(line))
            .FirstOrDefault(fields => fields.Length == wanted.Length + 1
                && wanted.Zip(fields).All(each => each.Second == "*" || each.Second == each.First))?[^1]
            .Replace("\\:", ":", StringComparison.Ordinal)
            .Replace(@"\\", @"\", StringComparison.Ordinal);
    }

    private static string ReadSql()
    {
        var assembly = typeof(ApiDatabaseRole).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream("api_role.sql")!);
        return reader.ReadToEnd();
    }

    private static ImportException Invalid(string problem, Exception? exception = null) =>
        new(ExitCode.Usage, $"ConnectionStrings:{CitiesDatabase.ApiConnectionName} {problem}.", exception);

    /// <summary>The names that SQL can quote without an escape.</summary>
    [GeneratedRegex("^[A-Za-z0-9_.@-]{1,63}$")]
    private static partial Regex RoleName();

    [GeneratedRegex(@"(?<!\\):")]
    private static partial Regex FieldSeparator();
}
