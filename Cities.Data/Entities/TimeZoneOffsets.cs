namespace Cities.Data.Entities;

/// <summary>A time zone, from GeoNames' timeZones.txt, with its offsets from UTC.</summary>
public sealed class TimeZoneOffsets
{
    /// <summary>IANA time zone id, such as <c>Europe/London</c>. <see cref="City.Timezone"/> refers to it.</summary>
    public required string Id { get; set; }

    /// <summary>Id of the <see cref="Country"/>.</summary>
    public int CountryId { get; set; }

    /// <summary>The country that the time zone is assigned to. Other countries can use it.</summary>
    public Country? Country { get; set; }

    /// <summary>Offset from UTC on January 1 of the year of the file, in hours.</summary>
    public double JanuaryOffset { get; set; }

    /// <summary>Offset from UTC on July 1 of the year of the file, in hours.</summary>
    public double JulyOffset { get; set; }

    /// <summary>Offset from UTC without daylight saving time, in hours.</summary>
    public double RawOffset { get; set; }
}
