namespace Cities.Api.Responses;

/// <summary>That a city is corrected, or local.</summary>
/// <param name="Id">Id of the city.</param>
/// <param name="Origin">Where the city comes from: corrected or local.</param>
/// <param name="Name">Its name; null where the city is not there: GeoNames has removed it, or its country is not imported.</param>
/// <param name="Corrected">The members that an editor has corrected; of a local place none.</param>
/// <param name="ChangedBy">Who changed it last.</param>
/// <param name="ChangedAt">When, UTC.</param>
public sealed record CorrectionResponse(
    int Id, string Origin, string? Name, IReadOnlyList<string> Corrected, string ChangedBy, DateTimeOffset ChangedAt)
{
    internal static CorrectionResponse Example { get; } = new(
        2643743, "corrected", "London", ["population"], "key:editors", new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero));
}
