using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Editing;

/// <summary>The audit log of the editors' changes.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder admin)
    {
        var audit = admin.MapGroup("").RequireAuthorization(Policies.Editor);
        audit.MapGet("/audit", ListAsync)
            .WithName("listAudit")
            .WithSummary("List the changes by editors")
            .WithDescription(
                "The audit log, the newest changes first. Each entry has the client, the time, and the row before and "
                + "after the change.")
            .WithExample(Examples.PageOf(AuditEntryResponse.Example));
        audit.MapGet("/cities/{id:int}/audit", ListOfCityAsync)
            .WithName("listAuditOfCity")
            .WithSummary("List the changes of a city by editors")
            .WithDescription("The audit log of a city, the newest changes first. Deleted places also have entries.")
            .WithExample(Examples.PageOf(AuditEntryResponse.Example))
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<AuditEntryResponse>>> ListAsync(
        [FromQuery, Description("Id of the city."), Example("2643743")] int? cityId,
        [FromQuery, Description("The name of the client that made the change.")]
        [Example("key:editors"), StringLength(200)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field actor must not contain a NUL character.")]
        string? actor,
        [FromQuery, Description("Selects changes at or after this time."), Example("2026-01-01T00:00:00Z")]
        DateTimeOffset? from,
        [FromQuery, Description("Selects changes before this time."), Example("2100-01-01T00:00:00Z")]
        DateTimeOffset? until,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText entries = $"FROM audit_log WHERE true";
        if (cityId is { } id)
            entries = $"{entries} AND city_id = {id}";
        if (actor is not null)
            entries = $"{entries} AND actor = {actor}";
        if (from?.ToUniversalTime() is { } start)
            entries = $"{entries} AND at >= {start}";
        if (until?.ToUniversalTime() is { } end)
            entries = $"{entries} AND at < {end}";
        return TypedResults.Ok((await ReadAsync(entries, page, database, request, cancellationToken))!);
    }

    private static async Task<Results<Ok<Page<AuditEntryResponse>>, NotFound>> ListOfCityAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken) =>
        // A place that has been deleted still has its entries.
        await ReadAsync(
            $"FROM audit_log WHERE city_id = {id}",
            page,
            database,
            request,
            cancellationToken,
            owner: $"SELECT FROM cities WHERE id = {id} UNION ALL SELECT FROM audit_log WHERE city_id = {id}")
            is { } entries
            ? TypedResults.Ok(entries)
            : TypedResults.NotFound();

    private static async Task<Page<AuditEntryResponse>?> ReadAsync(
        SqlText from,
        PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken,
        SqlText? owner = null)
    {
        await using var reader = await database.Sql.OpenAsync(
            SnapshotPages.Queries(page, AuditEntryResponse.Columns, from, $"id DESC", owner), cancellationToken);
        return await SnapshotPages.ReadPageAsync(reader, request, page, AuditEntryResponse.Read, cancellationToken);
    }
}
