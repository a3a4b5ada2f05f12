using System.ComponentModel;

namespace Cities.Api.Imports;

/// <summary>Imports that administrators ask for. An importer, which is another process, takes them from the database.</summary>
internal static class ImportJobsEndpoints
{
    /// <summary>Requests that may wait at a time: more of them would do nothing that the first do not.</summary>
    internal const int MaximumQueued = 10;

    /// <summary>When to look again what has become of a request.</summary>
    private const string RetryAfterSeconds = "2";

    public static void MapImportJobs(this IEndpointRouteBuilder admin)
    {
        var imports = admin.MapGroup("/imports").RequireAuthorization(Policies.Admin);
        imports.MapGet("", ListAsync)
            .WithName("listImportRequests")
            .WithSummary("List the imports that were asked for")
            .WithDescription("The imports that administrators have asked for, the newest first. All runs of the importer are at /api/v1/imports.")
            .WithExample(Examples.PageOf(ImportJobResponse.Example));
        imports.MapPost("", CreateAsync)
            .WithName("requestImport")
            .WithSummary("Ask for an import")
            .WithDescription(
                "Asks an importer that stays to import GeoNames' files (operation import) or to apply its daily changes (update). Countries "
                + "and kinds are the importer's own where they are not named; where files come from always is. The answer's Location tells "
                + $"what has become of it. No more than {MaximumQueued} may be waiting.")
            .WithBodyExample("""{"operation":"import","countries":["GB","IE"],"force":true}""")
            .WithExample(ImportJobResponse.ExampleOfQueued)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImportRequest")
            .WithSummary("Get an import that was asked for")
            .WithDescription("What has become of an import that was asked for: its state, why it waits or has failed, and the run that it became.")
            .WithExample(ImportJobResponse.Example)
            .ProducesNotFound();
        imports.MapPost("/{id:long}/cancel", CancelAsync)
            .WithName("cancelImportRequest")
            .WithSummary("Cancel an import that was asked for")
            .WithDescription(
                "Cancels an import. One that waits is cancelled with this answer (200); one that runs is within seconds (202), unless it is "
                + "done before: nothing is changed, or all of it. One that has ended is left as it is (409).")
            .WithExample(ImportJobResponse.ExampleOfQueued with { State = ImportRequestState.Cancelled, CancelledBy = "key:operations" })
            .ProducesNotFound()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Page<ImportJobResponse>>> ListAsync(
        [FromQuery, Description("The state of the jobs: queued, running, succeeded, failed or cancelled."), Example("succeeded")]
        [OneOf("queued", "running", "succeeded", "failed", "cancelled")]
        string? state,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText from = $"FROM {ImportJobResponse.Table}";
        if (state is not null)
            from = $"{from} WHERE job.state = {Enum.Parse<ImportRequestState>(state, ignoreCase: true).ToString()}";
        await using var reader = await database.Sql.OpenAsync(
            SnapshotPages.Queries(page, ImportJobResponse.Columns, from, $"job.id DESC"), cancellationToken);
        return TypedResults.Ok((await SnapshotPages.ReadPageAsync(
            reader, request, page, row => ImportJobResponse.Read(row, request.PathBase), cancellationToken))!);
    }

    private static async Task<Results<Ok<ImportJobResponse>, NotFound>> GetAsync(
        [Description("Id of the job."), Example("1")] long id,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken) =>
        await FindAsync(database.Sql, id, request, cancellationToken) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();

    private static async Task<Results<Accepted<ImportJobResponse>, ProblemHttpResult>> CreateAsync(
        ImportJobRequest job, PrimaryDatabase database, HttpContext http, CancellationToken cancellationToken)
    {
        var actor = http.User.Identity!.Name!;
        return await database.WriteAsync<Results<Accepted<ImportJobResponse>, ProblemHttpResult>>(
            actor,
            async (transaction, token) =>
            {
                // Requests at the same moment do not see one another, so that a few more jobs may wait.
                var queued = await transaction.ScalarAsync<long>(
                    $"SELECT count(*) FROM administration.import_requests WHERE finished_at IS NULL AND state = 'Queued'", token);
                if (queued >= MaximumQueued)
                    return Conflict($"{MaximumQueued} imports are waiting already.");
                var id = await transaction.ScalarAsync<long>(
                    $"""
                    INSERT INTO administration.import_requests (requested_by, requested_at, operation, countries, kinds, force, state)
                    VALUES ({actor}, now(), {job.Operation.ToString()}, {Option(job.CountryOption)}, {Option(job.KindOption)}, {job.Force}, 'Queued')
                    RETURNING id
                    """,
                    token);
                return Accept(http, (await FindAsync(transaction, id, http.Request, token))!);
            },
            cancellationToken);

        static SqlText Option(string? value) => value is null ? $"NULL" : (SqlText)$"{value}";
    }

    private static Task<Results<Ok<ImportJobResponse>, Accepted<ImportJobResponse>, NotFound, ProblemHttpResult>> CancelAsync(
        [Description("Id of the job."), Example("1")] long id,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        var actor = http.User.Identity!.Name!;
        return database.WriteAsync<Results<Ok<ImportJobResponse>, Accepted<ImportJobResponse>, NotFound, ProblemHttpResult>>(
            actor,
            async (transaction, token) =>
            {
                // One statement, because an importer may take or finish the job at any moment. A job without an importer ends here.
                SqlText ends = $"(state = 'Queued' OR seen_at < now() - {ImportRequest.ImporterTimeout})";
                var cancelled = await transaction.ExecuteAsync(
                    $"""
                    UPDATE administration.import_requests
                    SET cancelled_by = coalesce(cancelled_by, {actor}),
                      state = CASE WHEN {ends} THEN 'Cancelled' ELSE state END,
                      finished_at = CASE WHEN {ends} THEN now() END
                    WHERE id = {id} AND finished_at IS NULL
                    """,
                    token);
                if (await FindAsync(transaction, id, http.Request, token) is not { } found)
                    return TypedResults.NotFound();
                if (cancelled == 0)
                    return Conflict($"The import has {Describe(found.State)} already.");
                return found.FinishedAt is null ? Accept(http, found) : TypedResults.Ok(found);
            },
            cancellationToken);

        static string Describe(ImportRequestState state) =>
            state is ImportRequestState.Cancelled ? "been cancelled" : state.ToString().ToLowerInvariant();
    }

    private static async Task<ImportJobResponse?> FindAsync(
        ISqlReader database, long id, HttpRequest request, CancellationToken cancellationToken)
    {
        await using var reader = await database.OpenAsync(
            [$"SELECT {ImportJobResponse.Columns} FROM {ImportJobResponse.Table} WHERE job.id = {id}"], cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ImportJobResponse.Read(reader, request.PathBase) : null;
    }

    private static Accepted<ImportJobResponse> Accept(HttpContext http, ImportJobResponse job)
    {
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Accepted(
            string.Create(CultureInfo.InvariantCulture, $"{http.Request.PathBase}/api/v1/admin/imports/{job.Id}"), job);
    }

    private static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);
}
