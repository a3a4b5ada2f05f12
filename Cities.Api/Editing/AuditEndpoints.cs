using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

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
        [Example("key:editors"), StringLength(Callers.MaximumSubjectLength)]
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

    private static Task<Page<AuditEntryResponse>?> ReadAsync(
        SqlText from,
        PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken,
        SqlText? owner = null) =>
        database.Sql.ReadPageAsync(
            request,
            page,
            AuditEntryResponse.Columns,
            from,
            $"id",
            AuditEntryResponse.Read,
            cancellationToken,
            owner: owner);
}

/// <summary>A change by an editor.</summary>
/// <param name="Id">The id of the entry. It increases with each change.</param>
/// <param name="At">The time of the change, UTC.</param>
/// <param name="Actor">The client that made the change: <c>key:NAME</c> for a key, the subject for a token.</param>
/// <param name="Issuer">The issuer of the token, which says whose subject the actor is; null for a key.</param>
/// <param name="Action">The action: correct, revert, create, delete, addName or deleteName.</param>
/// <param name="CityId">The id of the city.</param>
/// <param name="Before">
/// The row of the city or of the name before the change, with its column names; null if it was created.
/// </param>
/// <param name="After">The row after the change, with its column names; null if it was deleted.</param>
public sealed record AuditEntryResponse(
    long Id,
    DateTimeOffset At,
    string Actor,
    string? Issuer,
    AuditAction Action,
    int CityId,
    JsonObject? Before,
    JsonObject? After)
{
    internal static AuditEntryResponse Example { get; } = new(
        1,
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        "key:editors",
        null,
        AuditAction.Correct,
        2643743,
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 8961989 },
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 9089736 });

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns = $"id, at, actor, issuer, action, city_id, before::text, after::text";

    internal static AuditEntryResponse Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetFieldValue<DateTimeOffset>(1),
        reader.GetString(2),
        reader.GetOptionalString(3),
        Enum.Parse<AuditAction>(reader.GetString(4)),
        reader.GetInt32(5),
        Row(reader.GetOptionalString(6)),
        Row(reader.GetOptionalString(7)));

    private static JsonObject? Row(string? json) => json is null ? null : JsonNode.Parse(json)!.AsObject();
}
