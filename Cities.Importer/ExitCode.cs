namespace Cities.Importer;

/// <summary>How the process ends; the numbers are part of the command's contract and listed in <c>--help</c>.</summary>
internal enum ExitCode
{
    /// <summary>The data is in the database, or was there already.</summary>
    Success = 0,

    /// <summary>A failure that none of the others describes.</summary>
    Failure = 1,

    /// <summary>An option is unknown or has an impossible value.</summary>
    Usage = 2,

    /// <summary>A file is missing, or the server cannot be reached and nothing is cached.</summary>
    SourceUnavailable = 3,

    /// <summary>A file is damaged, or more of its rows are malformed than is allowed.</summary>
    BadData = 4,

    /// <summary>The database cannot be reached, refuses the connection, was lost during the import, or is out of space or memory.</summary>
    DatabaseUnavailable = 5,

    /// <summary>Another importer is at work, or another session does not let go of the tables.</summary>
    Locked = 6,

    /// <summary>Cancelled by SIGINT or SIGTERM.</summary>
    Cancelled = 130,
}
