using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Cities.AppHost;

/// <summary>
/// The database as the API connects to it: as a role that may do nothing but what the API needs. The importer, which
/// owns the tables, creates the role of this connection string.
/// </summary>
internal static class ApiDatabase
{
    /// <summary>As for the password of the server (<c>AddPostgres</c>).</summary>
    private const int PasswordLength = 22;

    /// <summary>Adds the connection string to the server that the application model starts.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="name">The name of the connection string in the model.</param>
    /// <param name="database">The name of the database.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddApiDatabase(
        this IResourceBuilder<PostgresServerResource> postgres, string name, string database)
    {
        var builder = postgres.ApplicationBuilder;
        var connection = new ReferenceExpressionBuilder();
        var server = postgres.Resource.PrimaryEndpoint;
        connection.Append($"Host={server.Property(EndpointProperty.Host)}");
        connection.Append($";Port={server.Property(EndpointProperty.Port)}");
        connection.Append($";Username={RoleOf(database)};Password={AddPassword(builder, name)};Database={database}");
        return builder.AddConnectionString(name, connection.Build());
    }

    /// <summary>
    /// Adds the connection string to an existing database: the one in the configuration, or the importer's with another
    /// role.
    /// </summary>
    /// <param name="builder">The application model.</param>
    /// <param name="name">The name of the connection string in the model and in the configuration.</param>
    /// <param name="connectionString">The Npgsql connection string of the importer.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddApiDatabase(
        this IDistributedApplicationBuilder builder, string name, string connectionString)
    {
        if (builder.Configuration.GetConnectionString(name) is not null)
            return builder.AddConnectionString(name);
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        connection.Database ??= connection.Username;
        connection.Username = RoleOf(connection.Database!);
        connection.Password = null;
        connection.Passfile = null;
        return builder.AddConnectionString(
            name, ReferenceExpression.Create($"{connection.ConnectionString};Password={AddPassword(builder, name)}"));
    }

    /// <summary>The name of the role. Roles belong to the server: each of its databases has one of its own.</summary>
    private static string RoleOf(string database) => $"{database}_api";

    /// <summary>A generated password, without characters that a connection string would have to quote.</summary>
    private static ParameterResource AddPassword(IDistributedApplicationBuilder builder, string name) =>
        builder
            .AddParameter(
                $"{name}-password",
                new GenerateParameterDefault { MinLength = PasswordLength, Special = false },
                secret: true,
                persist: true)
            .WithDescription("Password of the API's role in the database.")
            .Resource;
}
