using System.Security.Cryptography;
using System.Text.Json;
using Cities.Api.Responses;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Administration;

/// <summary>A city, its correction and the names that editors have added to it, as they were read together.</summary>
/// <param name="Response">What is answered.</param>
/// <param name="CountryId">Id of the country.</param>
/// <param name="Correction">The correction, or null.</param>
internal sealed record CityState(AdminCityResponse Response, int CountryId, CityCorrection? Correction)
{
    private const int TagBytes = 16;

    /// <summary>
    /// A strong ETag, with its quotes, of what is answered: an import that changes nothing of it leaves the ETag as it is.
    /// </summary>
    public string ETag { get; } = Hash(Response);

    public bool IsLocal => Response.Id >= CityCorrection.FirstLocalId;

    /// <summary>Reads the state of a city, or null where there is none.</summary>
    public static async Task<CityState?> FindAsync(CitiesDbContext context, int id, CancellationToken cancellationToken)
    {
        var city = await context.Cities.AsNoTracking()
            .Where(each => each.Id == id)
            .Select(each => new { Row = each, CountryCode = each.Country!.Code })
            .SingleOrDefaultAsync(cancellationToken);
        if (city is null)
            return null;
        var correction = await context.CityCorrections.SingleOrDefaultAsync(each => each.CityId == id, cancellationToken);
        var names = await context.LocalNames.AsNoTracking()
            .Where(name => name.CityId == id)
            .OrderBy(name => name.Id)
            .Select(LocalNameResponse.Projection)
            .ToListAsync(cancellationToken);

        var row = city.Row;
        var isLocal = id >= CityCorrection.FirstLocalId;
        var response = new AdminCityResponse(
            id,
            isLocal ? Origins.Local : correction is null ? Origins.GeoNames : Origins.Corrected,
            city.CountryCode,
            new CityValuesResponse(
                row.Name,
                row.AsciiName,
                row.FeatureCode,
                row.RegionId,
                row.SubregionId,
                row.Population,
                row.Elevation,
                row.Timezone,
                new LocationResponse(row.Location.X, row.Location.Y)),
            isLocal || correction is null ? [] : CityMember.In(correction.Changes),
            correction?.GeoNames is { } geoNames ? CityValuesResponse.FromRow(geoNames.RootElement) : null,
            correction?.ChangedBy,
            correction?.ChangedAt,
            names);
        return new CityState(response, row.CountryId, correction);
    }

    private static string Hash(AdminCityResponse response)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(response, ApiJsonContext.Default.AdminCityResponse);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, TagBytes))}\"";
    }
}
