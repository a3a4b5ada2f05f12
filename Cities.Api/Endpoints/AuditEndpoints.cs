using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Api.Security;
using Cities.Data.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Endpoints;

/// <summary>What editors have done.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder admin)
    {
        var audit = admin.MapGroup("").RequireAuthorization(Policies.Editor);
        audit.MapGet("/audit", ListAsync)
            .WithName("listAudit")
            .WithSummary("List what editors have changed")
            .WithDescription("Who changed what and when, with the row before and after, the newest first.")
            .WithExample(Examples.PageOf(AuditEntryResponse.Example));
        audit.MapGet("/cities/{id:int}/audit", ListOfCityAsync)
            .WithName("listAuditOfCity")
            .WithSummary("List what editors have changed of a city")
            .WithDescription("Who changed what of a city and when, the newest first; of a place that has been deleted too.")
            .WithExample(Examples.PageOf(AuditEntryResponse.Example))
            .ProducesNotFound();
    }

    private static Task<Ok<Page<AuditEntryResponse>>> ListAsync(
        [FromQuery, Description("Id of the city."), Example("2643743")] int? cityId,
        [FromQuery, Description("Who changed something."), Example("key:editors"), StringLength(200)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field actor must not hold a NUL character.")]
        string? actor,
        [FromQuery, Description("The time from which on something was changed."), Example("2026-01-01T00:00:00Z")] DateTimeOffset? from,
        [FromQuery, Description("The time before which something was changed."), Example("2100-01-01T00:00:00Z")] DateTimeOffset? until,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken) =>
        PageAsync(
            database,
            entries =>
            {
                if (cityId is { } id)
                    entries = entries.Where(entry => entry.CityId == id);
                if (actor is not null)
                    entries = entries.Where(entry => entry.Actor == actor);
                if (from?.ToUniversalTime() is { } first)
                    entries = entries.Where(entry => entry.At >= first);
                if (until?.ToUniversalTime() is { } end)
                    entries = entries.Where(entry => entry.At < end);
                return entries;
            },
            page,
            request,
            cancellationToken);

    private static async Task<Results<Ok<Page<AuditEntryResponse>>, NotFound>> ListOfCityAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        var entries = await PageAsync(
            database, all => all.Where(entry => entry.CityId == id), page, request, cancellationToken);
        if (entries.Value!.Count > 0)
            return entries;
        await using var context = database.CreateContext();
        return await context.Cities.FindAsync([id], cancellationToken) is null ? TypedResults.NotFound() : entries;
    }

    private static async Task<Ok<Page<AuditEntryResponse>>> PageAsync(
        PrimaryDatabase database,
        Func<IQueryable<AuditEntry>, IQueryable<AuditEntry>> choose,
        PageRequest page,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        return TypedResults.Ok(await choose(context.AuditLog)
            .OrderByDescending(entry => entry.Id)
            .ToPageAsync(AuditEntryResponse.Projection, page, request, cancellationToken));
    }
}
