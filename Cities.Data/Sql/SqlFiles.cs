using Microsoft.EntityFrameworkCore.Migrations;

namespace Cities.Data.Sql;

/// <summary>
/// Runs the SQL files of this folder in migrations. Each file defines one database function, with its trigger if it has
/// one. Its name is the name of the function and a version: <c>search_text.v1.sql</c>. <para> Do not change a file that
/// an applied migration runs: existing databases would keep the old function, and new ones would get another. To change
/// a function, add a file with the next version (<c>search_text.v2.sql</c>, with <c>CREATE OR REPLACE FUNCTION</c>) and
/// a migration that runs it. </para>
/// </summary>
internal static class SqlFiles
{
    /// <summary>Runs a SQL file in a migration.</summary>
    /// <param name="migrationBuilder">The operations of the migration.</param>
    /// <param name="name">The name of the file, without its extension: <c>search_text.v1</c>.</param>
    /// <exception cref="ArgumentException">The file does not exist.</exception>
    public static void SqlFile(this MigrationBuilder migrationBuilder, string name) => migrationBuilder.Sql(Read(name));

    private static string Read(string name)
    {
        using var stream = typeof(SqlFiles).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new ArgumentException($"The SQL file '{name}.sql' does not exist.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
