using System.Globalization;
using Cities.Data;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

/// <summary>An import that an administrator has asked for.</summary>
/// <param name="Id">Increases with each request.</param>
/// <param name="State">What has become of it: queued, running, succeeded, failed or cancelled. The last two changed nothing.</param>
/// <param name="Operation">What was asked for: import, or update (GeoNames' daily changes).</param>
/// <param name="Countries">ISO 3166-1 alpha-2 codes of the countries, or all; null for the importer's own setting.</param>
/// <param name="Kinds">Kinds of data; null for the importer's own setting.</param>
/// <param name="Force">Whether files are merged even if they are those that were imported last.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When, UTC.</param>
/// <param name="StartedAt">When an importer took it, UTC, or null.</param>
/// <param name="FinishedAt">When it ended, UTC, or null.</param>
/// <param name="CancelledBy">Who asked for it to be cancelled, or null.</param>
/// <param name="Error">Why it failed, or null. Addresses, hosts and paths are left out.</param>
/// <param name="Waiting">What it waits for, where that is not a matter of seconds; or null.</param>
/// <param name="Run">What it did, or null: an import that found nothing to do has left no record.</param>
public sealed record ImportRequestResponse(
    long Id,
    string State,
    string Operation,
    IReadOnlyList<string>? Countries,
    IReadOnlyList<string>? Kinds,
    bool Force,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? CancelledBy,
    string? Error,
    string? Waiting,
    ImportRequestRunResponse? Run)
{
    internal const string NoImporter = "No importer takes requests at the moment: one does that is started with 'serve' or '--every'.";
    internal const string DeadImporter = "The importer that took it has not been seen for a while: the next one will take it again.";

    internal static ImportRequestResponse Example { get; } = new(
        7,
        "succeeded",
        "import",
        ["GB", "IE"],
        null,
        false,
        "key:operations",
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 25, 9, 30, 1, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 25, 9, 30, 5, TimeSpan.Zero),
        null,
        null,
        null,
        new ImportRequestRunResponse(2, "/api/v1/imports/2", 3.25, [new ImportTableResponse("cities", 1, 14, 2)]));

    internal static ImportRequestResponse ExampleOfQueued { get; } = Example with
    {
        State = "queued",
        StartedAt = null,
        FinishedAt = null,
        Run = null,
    };

    /// <param name="request">The request.</param>
    /// <param name="run">The run that it became, or null.</param>
    /// <param name="isServed">Whether there is an importer that takes requests.</param>
    /// <param name="now">The time, UTC.</param>
    internal static ImportRequestResponse Of(ImportRequest request, ImportRequestRunResponse? run, bool isServed, DateTimeOffset now) => new(
        request.Id,
        request.State.ToString().ToLowerInvariant(),
        request.Operation.ToString().ToLowerInvariant(),
        request.Countries?.Split(','),
        request.Kinds?.Split(','),
        request.Force,
        request.RequestedBy,
        request.RequestedAt,
        request.StartedAt,
        request.FinishedAt,
        request.CancelledBy,
        request.Error is null ? null : Redaction.Message(request.Error, source: ""),
        request.State switch
        {
            ImportRequestState.Queued when !isServed => NoImporter,
            ImportRequestState.Running when request.SeenAt < now - ImportRequest.ImporterTimeout => isServed ? DeadImporter : NoImporter,
            _ => null,
        },
        run);
}

/// <summary>The run of the importer that a request became.</summary>
/// <param name="Id">Id of the run.</param>
/// <param name="Url">Path of the run, with all that is known of it.</param>
/// <param name="Seconds">How long it took, in seconds.</param>
/// <param name="Tables">What changed, table by table.</param>
public sealed record ImportRequestRunResponse(long Id, string Url, double Seconds, IReadOnlyList<ImportTableResponse> Tables)
{
    internal static ImportRequestRunResponse Of(ImportRunResponse run, PathString pathBase) => new(
        run.Id, string.Create(CultureInfo.InvariantCulture, $"{pathBase}/api/v1/imports/{run.Id}"), run.Seconds, run.Tables);
}
