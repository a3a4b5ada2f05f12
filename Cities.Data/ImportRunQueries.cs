using Cities.Data.Entities;

namespace Cities.Data;

/// <summary>Questions to the record of imports.</summary>
public static class ImportRunQueries
{
    /// <summary>The imports and updates whose rows can be there: they succeeded, and nothing has emptied the database since.</summary>
    /// <param name="runs">All runs.</param>
    public static IQueryable<ImportRun> InPlace(this IQueryable<ImportRun> runs)
    {
        var succeeded = runs.Where(run => run.Outcome == ImportOutcome.Succeeded);
        // Without countries nothing else can be there.
        var emptyings = succeeded.Where(run => run.Operation == ImportOperation.Flush && run.Kinds.Contains("country"));
        return succeeded.Where(run =>
            run.Operation != ImportOperation.Flush && !emptyings.Any(emptying => emptying.Id > run.Id));
    }
}
