using System.ComponentModel;

namespace Cities.Api.Imports;

/// <summary>
/// The history of imports. Its answers are not cached: a failed run adds an entry, but does not change the version of
/// the data, which is part of the cache key.
/// </summary>
internal static class ImportsEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var imports = api.MapGroup("/imports").WithTags("Operations");
        imports.MapGet("", ListAsync)
            .WithName("listImports")
            .WithSummary("List the runs of the importer")
            .WithDescription(
                "The runs of the importer that changed the data, failed or were cancelled, the newest first. Runs that "
                + "had nothing to do are not included. The answers must not be cached.")
            .WithExample(Examples.PageOf(ImportRunResponse.Example));
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImport")
            .WithSummary("Get a run of the importer")
            .WithDescription("One run of the importer by its id.")
            .WithExample(ImportRunResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<ImportRunResponse>>> ListAsync(
        [FromQuery, Description("The outcome of the runs: succeeded, failed or cancelled."), Example("succeeded")]
        [OneOf("succeeded", "failed", "cancelled")]
        string? outcome,
        [AsParameters] PageRequest page,
        Sql sql,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText from = $"FROM import_runs run";
        if (outcome is not null)
            from = $"{from} WHERE run.outcome = {Enum.Parse<ImportOutcome>(outcome, ignoreCase: true).ToString()}";
        await using var reader = await sql.OpenAsync(
            SnapshotPages.Queries(page, ImportRunResponse.Columns, from, $"run.id DESC"), cancellationToken);
        return TypedResults.Ok(
            (await SnapshotPages.ReadPageAsync(reader, request, page, ImportRunResponse.Read, cancellationToken))!);
    }

    private static async Task<Results<Ok<ImportRunResponse>, NotFound>> GetAsync(
        [Description("Id of the run."), Example("1")] long id, Sql sql, CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync(
            [$"SELECT {ImportRunResponse.Columns} FROM import_runs run WHERE run.id = {id}"], cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? TypedResults.Ok(ImportRunResponse.Read(reader))
            : TypedResults.NotFound();
    }
}
