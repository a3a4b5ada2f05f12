namespace Cities.Importer;

/// <summary>The exit codes of the process. Scripts depend on the numbers, which <c>--help</c> lists.</summary>
internal enum ExitCode
{
    /// <summary>The data was imported, or the database already contained it.</summary>
    Success = 0,

    /// <summary>Any other failure.</summary>
    Failure = 1,

    /// <summary>An option is unknown or has an invalid value, or a country does not exist.</summary>
    Usage = 2,

    /// <summary>
    /// A file is missing, the server cannot be reached and the file is not cached, or a redirect is refused.
    /// </summary>
    SourceUnavailable = 3,

    /// <summary>A file is damaged or too large, or too many of its rows are malformed.</summary>
    BadData = 4,

    /// <summary>
    /// The database cannot be reached, rejects the connection, or is out of space or memory; or the connection broke.
    /// </summary>
    DatabaseUnavailable = 5,

    /// <summary>Another importer is running, or another session holds a lock on the tables.</summary>
    Locked = 6,

    /// <summary>Cancelled by SIGINT or SIGTERM.</summary>
    Cancelled = 130,
}
