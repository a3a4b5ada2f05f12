using Cities.Data.Entities;

namespace Cities.Data;

/// <summary>Queries of the history of imports.</summary>
public static class ImportRunQueries
{
    /// <summary>
    /// Filters the imports and updates whose data can still be in the database: those that succeeded after the last
    /// flush of all data.
    /// </summary>
    /// <param name="runs">The runs.</param>
    public static IQueryable<ImportRun> InPlace(this IQueryable<ImportRun> runs)
    {
        var succeeded = runs.Where(run => run.Outcome == ImportOutcome.Succeeded);
        // All other data depends on the countries.
        var emptyings = succeeded.Where(run => run.Operation == ImportOperation.Flush && run.Kinds.Contains("country"));
        return succeeded.Where(run =>
            run.Operation != ImportOperation.Flush && !emptyings.Any(emptying => emptying.Id > run.Id));
    }
}
