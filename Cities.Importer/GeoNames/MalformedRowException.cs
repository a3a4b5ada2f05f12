namespace Cities.Importer.GeoNames;

/// <summary>A row that cannot be imported. The reader adds the file's name and the line.</summary>
/// <param name="column">The column at fault, counted from 1, or null where it is the row as a whole.</param>
/// <param name="message">What is wrong with it.</param>
internal sealed class MalformedRowException(int? column, string message) : Exception(message)
{
    public int? Column { get; } = column;
}
