using System.ComponentModel;

namespace Cities.Api.Imports;

/// <summary>
/// The import jobs that administrators request. The importer is another process, and reads the jobs from the database.
/// </summary>
internal static class ImportJobsEndpoints
{
    /// <summary>The maximum number of queued jobs. More jobs would only repeat the work of the first ones.</summary>
    internal const int MaximumQueued = 10;

    /// <summary>The advisory lock of a transaction that adds a job: "queuejob" in ASCII.</summary>
    private const long QueueLock = 0x71756575656A6F62;

    /// <summary>The value of Retry-After: the time until the client should read the state of a job again.</summary>
    private const string RetryAfterSeconds = "2";

    public static void MapImportJobs(this IEndpointRouteBuilder admin)
    {
        var imports = admin.MapGroup("/imports").RequireAuthorization(Policies.Admin);
        imports.MapGet("", ListAsync)
            .WithName("listImportRequests")
            .WithSummary("List import jobs")
            .WithDescription(
                "The import jobs that administrators have requested, the newest first. /api/v1/imports lists all runs "
                + "of the importer.")
            .WithExample(Examples.PageOf(ImportJobResponse.Example));
        imports.MapPost("", CreateAsync)
            .WithName("requestImport")
            .WithSummary("Request an import")
            .WithDescription(
                "Adds a job for an importer that runs as a service: to import GeoNames' files (operation import), or "
                + "to apply GeoNames' daily changes (operation update). Without countries or kinds, the importer uses "
                + "its own settings. The source of the files is always a setting of the importer. The Location header "
                + $"is the URL of the job. At most {MaximumQueued} jobs can be queued.")
            .WithBodyExample("""{"operation":"import","countries":["GB","IE"],"force":true}""")
            .WithExample(ImportJobResponse.ExampleOfQueued)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesBodyProblems();
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImportRequest")
            .WithSummary("Get an import job")
            .WithDescription("The state of an import job, the reason why it waits or has failed, and its run.")
            .WithExample(ImportJobResponse.Example)
            .ProducesNotFound();
        imports.MapPost("/{id:long}/cancel", CancelAsync)
            .WithName("cancelImportRequest")
            .WithSummary("Cancel an import job")
            .WithDescription(
                "Cancels an import job. A queued job is cancelled immediately (200). A running job is cancelled within "
                + "seconds (202), unless it completes before. A cancelled job does not change the data. A job that has "
                + "ended cannot be cancelled (409).")
            .WithExample(ImportJobResponse.ExampleOfQueued with
            {
                State = ImportRequestState.Cancelled,
                CancelledBy = "key:operations",
            })
            .ProducesNotFound()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Page<ImportJobResponse>>> ListAsync(
        [FromQuery, Description("The state of the jobs: queued, running, succeeded, failed or cancelled.")]
        [Example("succeeded"), OneOf("queued", "running", "succeeded", "failed", "cancelled")]
        string? state,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText from = $"FROM {ImportJobResponse.Table} WHERE true";
        if (state is not null)
            from = $"{from} AND job.state = {Enum.Parse<ImportRequestState>(state, ignoreCase: true).ToString()}";
        return TypedResults.Ok((await database.Sql.ReadPageAsync(
            request,
            page,
            ImportJobResponse.Columns,
            from,
            $"job.id",
            row => ImportJobResponse.Read(row, request.PathBase),
            cancellationToken))!);
    }

    private static async Task<Results<Ok<ImportJobResponse>, NotFound>> GetAsync(
        [Description("Id of the job."), Example("1")] long id,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken) =>
        await FindAsync(database.Sql, id, request, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.NotFound();

    private static async Task<Results<Accepted<ImportJobResponse>, ProblemHttpResult>> CreateAsync(
        ImportJobRequest job, PrimaryDatabase database, HttpContext http, CancellationToken cancellationToken)
    {
        return await database.WriteAsync<Results<Accepted<ImportJobResponse>, ProblemHttpResult>>(
            http.User,
            async (transaction, token) =>
            {
                // Requests wait for each other, because concurrent ones would not see each other's jobs.
                await transaction.ExecuteAsync($"SELECT pg_advisory_xact_lock({QueueLock})", token);
                var queued = await transaction.ScalarAsync<long>(
                    $"""
                    SELECT count(*) FROM administration.import_requests WHERE finished_at IS NULL AND state = 'Queued'
                    """,
                    token);
                if (queued >= MaximumQueued)
                    return ErrorExtensions.Conflict($"The queue is full: {MaximumQueued} import jobs are waiting.");
                var id = await transaction.ScalarAsync<long>(
                    $"""
                    INSERT INTO administration.import_requests (operation, countries, kinds, force)
                    VALUES ({job.Operation.ToString()}, {SqlText.Optional(job.CountryOption)},
                      {SqlText.Optional(job.KindOption)}, {job.Force})
                    RETURNING id
                    """,
                    token);
                return Accept(http, (await FindAsync(transaction, id, http.Request, token))!);
            },
            cancellationToken);
    }

    private static Task<
        Results<Ok<ImportJobResponse>, Accepted<ImportJobResponse>, NotFound, ProblemHttpResult>> CancelAsync(
        [Description("Id of the job."), Example("1")] long id,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        var actor = http.User.Identity!.Name!;
        return database.WriteAsync<
            Results<Ok<ImportJobResponse>, Accepted<ImportJobResponse>, NotFound, ProblemHttpResult>>(
            http.User,
            async (transaction, token) =>
            {
                // One statement, because an importer can start or finish the job at any time. A trigger ends a job that
                // is queued, or whose importer does not respond.
                var cancelled = await transaction.ExecuteAsync(
                    $"""
                    UPDATE administration.import_requests SET cancelled_by = {actor}
                    WHERE id = {id} AND finished_at IS NULL
                    """,
                    token);
                if (await FindAsync(transaction, id, http.Request, token) is not { } found)
                    return TypedResults.NotFound();
                if (cancelled == 0)
                    return ErrorExtensions.Conflict($"The import job has already {Describe(found.State)}.");
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
            [$"SELECT {ImportJobResponse.Columns} FROM {ImportJobResponse.Table} WHERE job.id = {id}"],
            cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ImportJobResponse.Read(reader, request.PathBase) : null;
    }

    private static Accepted<ImportJobResponse> Accept(HttpContext http, ImportJobResponse job)
    {
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Accepted(
            string.Create(CultureInfo.InvariantCulture, $"{http.Request.PathBase}/api/v1/admin/imports/{job.Id}"), job);
    }
}
