namespace Cities.Importer.GeoNames;

/// <summary>
/// The exception for a row that cannot be imported. The reader adds the name of the file and the line.
/// </summary>
/// <param name="column">
/// Number of the malformed column, starting at 1, or null if the row as a whole is malformed.
/// </param>
/// <param name="message">Description of the problem.</param>
internal sealed class MalformedRowException(int? column, string message) : Exception(message)
{
    public int? Column { get; } = column;
}
