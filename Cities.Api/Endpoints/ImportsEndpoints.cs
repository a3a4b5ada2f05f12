using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>
/// The history of imports. It is not for the cache: a run that fails adds to it, and leaves the data, and so the version
/// that answers are kept under, as it was.
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
                "The runs of the importer that changed the data, failed or were cancelled, the newest first. A run that found nothing to "
                + "do is not among them. Answers are of the moment, and are not to be kept.")
            .WithExample(Examples.PageOf(ImportRunResponse.Example));
        imports.MapGet("/{id:long}", GetAsync)
            .WithName("getImport")
            .WithSummary("Get a run of the importer")
            .WithDescription("One run of the importer by its id.")
            .WithExample(ImportRunResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<ImportRunResponse>>> ListAsync(
        [FromQuery, Description("How the runs ended: succeeded, failed or cancelled."), Example("succeeded")]
        [MinLength(1)] // which the expression would not be asked about
        [RegularExpression("^(succeeded|failed|cancelled)$", ErrorMessage = "The field outcome is none of succeeded, failed and cancelled.")]
        string? outcome,
        [AsParameters] PageRequest page,
        CitiesDbContext context,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        var runs = context.ImportRuns.AsNoTracking();
        if (outcome is not null)
        {
            var wanted = Enum.Parse<ImportOutcome>(outcome, ignoreCase: true);
            runs = runs.Where(run => run.Outcome == wanted);
        }

        return TypedResults.Ok(await runs
            .OrderByDescending(run => run.Id)
            .ToPageAsync(ImportRunResponse.Projection, page, request, cancellationToken));
    }

    private static async Task<Results<Ok<ImportRunResponse>, NotFound>> GetAsync(
        [Description("Id of the run."), Example("1")] long id, CitiesDbContext context, CancellationToken cancellationToken) =>
        await context.ImportRuns
            .AsNoTracking()
            .Where(run => run.Id == id)
            .Select(ImportRunResponse.Projection)
            .FirstOrDefaultAsync(cancellationToken) is { } run
            ? TypedResults.Ok(run)
            : TypedResults.NotFound();
}
