using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using Cities.Api.Administration;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Api.Security;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>Imports that administrators ask for. An importer, which is another process, takes them from the database.</summary>
internal static class AdminImportsEndpoints
{
    /// <summary>Requests that may wait at a time: more of them would do nothing that the first do not.</summary>
    internal const int MaximumQueued = 10;

    /// <summary>When to look again what has become of a request.</summary>
    private const string RetryAfterSeconds = "2";

    public static void MapAdminImports(this IEndpointRouteBuilder admin)
    {
        var imports = admin.MapGroup("/imports").RequireAuthorization(Policies.Admin);
        imports.MapGet("", ListAsync)
            .WithName("listImportRequests")
            .WithSummary("List the imports that were asked for")
            .WithDescription("The imports that administrators have asked for, the newest first. All runs of the importer are at /api/v1/imports.")
            .WithExample(Examples.PageOf(ImportRequestResponse.Example));
        imports.MapPost("", CreateAsync)
            .WithName("requestImport")
            .WithSummary("Ask for an import")
            .WithDescription(
                "Asks an importer that stays to import GeoNames' files (operation import) or to apply its daily changes (update). Countries "
                + "and kinds are the importer's own where they are not named; where files come from always is. The answer's Location tells "
                + $"what has become of it. No more than {MaximumQueued} may be waiting.")
            .Accepts<JsonObject>("application/json")
            .WithBodyExample("""{"operation":"import","countries":["GB","IE"],"force":true}""")
            .WithExample(ImportRequestResponse.ExampleOfQueued)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImportRequest")
            .WithSummary("Get an import that was asked for")
            .WithDescription("What has become of an import that was asked for: its state, why it waits or has failed, and the run that it became.")
            .WithExample(ImportRequestResponse.Example)
            .ProducesNotFound();
        imports.MapPost("/{id:long}/cancel", CancelAsync)
            .WithName("cancelImportRequest")
            .WithSummary("Cancel an import that was asked for")
            .WithDescription(
                "Cancels an import. One that waits is cancelled with this answer (200); one that runs is within seconds (202), unless it is "
                + "done before: nothing is changed, or all of it. One that has ended is left as it is (409).")
            .WithExample(ImportRequestResponse.ExampleOfQueued with { State = "cancelled", CancelledBy = "key:operations" })
            .ProducesNotFound()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Page<ImportRequestResponse>>> ListAsync(
        [FromQuery, Description("What has become of them: queued, running, succeeded, failed or cancelled."), Example("succeeded")]
        [MinLength(1)] // which the expression would not be asked about
        [RegularExpression(
            "^(queued|running|succeeded|failed|cancelled)$",
            ErrorMessage = "The field state is none of queued, running, succeeded, failed and cancelled.")]
        string? state,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        TimeProvider time,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var requests = context.ImportRequests.AsNoTracking();
        if (state is not null)
        {
            var wanted = Enum.Parse<ImportRequestState>(state, ignoreCase: true);
            requests = requests.Where(each => each.State == wanted);
        }

        var found = await requests.OrderByDescending(each => each.Id).ToPageAsync(each => each, page, request, cancellationToken);
        return TypedResults.Ok(new Page<ImportRequestResponse>(
            found.Count, found.Next, found.Previous, await DescribeAsync(context, found.Results, time, request, cancellationToken)));
    }

    private static async Task<Results<Ok<ImportRequestResponse>, NotFound>> GetAsync(
        [Description("Id of the request."), Example("1")] long id,
        PrimaryDatabase database,
        TimeProvider time,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        return await FindAsync(context, id, time, request, cancellationToken) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();
    }

    private static async Task<Results<Accepted<ImportRequestResponse>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        PrimaryDatabase database, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var actor = http.User.Identity!.Name!;
        var (wanted, errors) = await ImportRequestBody.ReadAsync(http.Request, actor, time.GetUtcNow(), cancellationToken);
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        return await database.WriteAsync<Results<Accepted<ImportRequestResponse>, ValidationProblem, ProblemHttpResult>>(
            actor,
            async (context, token) =>
            {
                // Those that ask at the same moment do not see each other, and so may be a few more.
                if (await context.ImportRequests.CountAsync(each => each.FinishedAt == null && each.State == ImportRequestState.Queued, token) >= MaximumQueued)
                    return Conflict($"{MaximumQueued} imports are waiting already.");
                context.ImportRequests.Add(wanted);
                await context.SaveChangesAsync(token);
                return Accept(http, (await FindAsync(context, wanted.Id, time, http.Request, token))!);
            },
            cancellationToken);
    }

    private static Task<Results<Ok<ImportRequestResponse>, Accepted<ImportRequestResponse>, NotFound, ProblemHttpResult>> CancelAsync(
        [Description("Id of the request."), Example("1")] long id,
        PrimaryDatabase database,
        TimeProvider time,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        var actor = http.User.Identity!.Name!;
        return database.WriteAsync<Results<Ok<ImportRequestResponse>, Accepted<ImportRequestResponse>, NotFound, ProblemHttpResult>>(
            actor,
            async (context, token) =>
            {
                // As one statement: an importer may take or end it at any moment. What nobody works on is over with this.
                var cancelled = await context.Database.ExecuteSqlAsync(
                    $"""
                    UPDATE administration.import_requests
                    SET cancelled_by = coalesce(cancelled_by, {actor}),
                      state = CASE WHEN state = 'Queued' OR seen_at < now() - {ImportRequest.ImporterTimeout} THEN 'Cancelled' ELSE state END,
                      finished_at = CASE WHEN state = 'Queued' OR seen_at < now() - {ImportRequest.ImporterTimeout} THEN now() END
                    WHERE id = {id} AND finished_at IS NULL
                    """,
                    token);
                if (await FindAsync(context, id, time, http.Request, token) is not { } found)
                    return TypedResults.NotFound();
                if (cancelled == 0)
                    return Conflict($"The import has {(found.State == "cancelled" ? "been cancelled" : found.State)} already.");
                return found.FinishedAt is null ? Accept(http, found) : TypedResults.Ok(found);
            },
            cancellationToken);
    }

    private static async Task<ImportRequestResponse?> FindAsync(
        CitiesDbContext context, long id, TimeProvider time, HttpRequest request, CancellationToken cancellationToken)
    {
        var found = await context.ImportRequests.AsNoTracking().Where(each => each.Id == id).ToListAsync(cancellationToken);
        return (await DescribeAsync(context, found, time, request, cancellationToken)).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<ImportRequestResponse>> DescribeAsync(
        CitiesDbContext context,
        IReadOnlyList<ImportRequest> requests,
        TimeProvider time,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        long[] runIds = [.. requests.Select(each => each.RunId).OfType<long>()];
        var runs = runIds is []
            ? []
            : await context.ImportRuns.AsNoTracking().Where(run => runIds.Contains(run.Id))
                .Select(ImportRunResponse.Projection)
                .ToDictionaryAsync(run => run.Id, run => ImportRequestRunResponse.Of(run, request.PathBase), cancellationToken);
        var isServed = requests.All(each => each.FinishedAt is not null) || await IsServedAsync(context, cancellationToken);
        var now = time.GetUtcNow();
        return [.. requests.Select(each => ImportRequestResponse.Of(each, runs.GetValueOrDefault(each.RunId ?? 0), isServed, now))];
    }

    /// <summary>Whether there is an importer that takes requests: it has a lock for as long as it is there.</summary>
    private static Task<bool> IsServedAsync(CitiesDbContext context, CancellationToken cancellationToken) =>
        context.Database.SqlQuery<bool>(
            $"""
            SELECT EXISTS (
              SELECT FROM pg_locks
              WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND classid::bigint << 32 | objid::bigint = {ImportRequest.ImporterLock} AND objsubid = 1) AS "Value"
            """)
            .SingleAsync(cancellationToken);

    private static Accepted<ImportRequestResponse> Accept(HttpContext http, ImportRequestResponse request)
    {
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Accepted(
            string.Create(CultureInfo.InvariantCulture, $"{http.Request.PathBase}/api/v1/admin/imports/{request.Id}"), request);
    }

    private static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);
}
