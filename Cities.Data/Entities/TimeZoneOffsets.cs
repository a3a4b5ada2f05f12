namespace Cities.Data.Entities;

/// <summary>A time zone, from GeoNames' timeZones.txt, with its offsets from UTC.</summary>
public sealed class TimeZoneOffsets
{
    /// <summary>IANA time zone id, such as <c>Europe/London</c>: what <see cref="City.Timezone"/> holds.</summary>
    public required string Id { get; set; }

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country that the time zone is named for; others may use it.</summary>
    public Country? Country { get; set; }

    /// <summary>Hours ahead of UTC on the first of January of the year of the file.</summary>
    public double JanuaryOffset { get; set; }

    /// <summary>Hours ahead of UTC on the first of July of the year of the file.</summary>
    public double JulyOffset { get; set; }

    /// <summary>Hours ahead of UTC without daylight saving time.</summary>
    public double RawOffset { get; set; }
}
