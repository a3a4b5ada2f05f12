using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Cities.Api.Imports;

/// <summary>The import to run.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class ImportJobRequest : IValidatableObject
{
    private const string All = "all";

    /// <summary>Greater than the number of countries.</summary>
    private const int MaximumCountries = 300;

    private const int MaximumKinds = 9;
    private const string ExpectedCountry = "an ISO 3166-1 alpha-2 code, or 'all'";

    /// <summary>The operation: import, or update to apply GeoNames' daily changes.</summary>
    public required ImportJobOperation Operation { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes of the countries, or only 'all'; null for the importer's setting.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>The kinds of data; null for the importer's setting.</summary>
    public IReadOnlyList<ImportKind>? Kinds { get; init; }

    /// <summary>Whether the importer merges the files even if the last import has already merged them.</summary>
    [DefaultValue(false)]
    public bool Force { get; init; }

    /// <summary>The countries in the form of the importer's option, or null.</summary>
    internal string? CountryOption => Countries is null
        ? null
        : string.Join(',', Countries.Select(code => code == All ? code : code.ToUpperInvariant()).Distinct());

    /// <summary>The kinds in the form of the importer's option, or null.</summary>
    internal string? KindOption => Kinds?.Aggregate(DataKinds.None, (kinds, kind) => kinds | (DataKinds)kind) switch
    {
        null => null,
        DataKinds.All => DataKindNames.All,
        var kinds => string.Join(',', kinds.Value.ToNames()),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CheckCountries(Countries) is { } error)
            yield return new ValidationResult(error, ["countries"]);
        if (Kinds is { Count: 0 or > MaximumKinds })
            yield return new ValidationResult($"The list does not have between 1 and {MaximumKinds} items.", ["kinds"]);
    }

    private static string? CheckCountries(IReadOnlyList<string>? countries) => countries switch
    {
        null => null,
        { Count: 0 or > MaximumCountries } => $"The list does not have between 1 and {MaximumCountries} items.",
        _ when countries.Contains(All) && countries.Distinct().Count() > 1 =>
            "The list has 'all' together with other items.",
        _ when countries.Contains(null!) => $"null is not {ExpectedCountry}.",
        _ when countries.FirstOrDefault(code => code != All && !IsCountry(code)) is { } unknown =>
            $"'{unknown}' is not {ExpectedCountry}.",
        _ => null,
    };

    private static bool IsCountry(string code) =>
        code is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second);
}

/// <summary>The operation of an import job.</summary>
public enum ImportJobOperation
{
    /// <summary>Import GeoNames' files.</summary>
    Import = ImportOperation.Import,

    /// <summary>Apply GeoNames' daily changes.</summary>
    Update = ImportOperation.Update,
}

/// <summary>A kind of data to import.</summary>
/// <remarks>The names in JSON are those of <see cref="DataKindNames"/>.</remarks>
public enum ImportKind
{
    /// <summary>All kinds.</summary>
    All = DataKinds.All,

    /// <summary>Continents and countries.</summary>
    Country = DataKinds.Country,

    /// <summary>First-order administrative divisions.</summary>
    Region = DataKinds.Region,

    /// <summary>Second-order administrative divisions.</summary>
    Subregion = DataKinds.Subregion,

    /// <summary>Populated places.</summary>
    City = DataKinds.City,

    /// <summary>Sections of populated places.</summary>
    District = DataKinds.District,

    /// <summary>Alternative names, links and codes.</summary>
    [JsonStringEnumMemberName("alt_name")]
    AlternativeName = DataKinds.AlternativeName,

    /// <summary>Postal codes.</summary>
    [JsonStringEnumMemberName("postal_code")]
    PostalCode = DataKinds.PostalCode,

    /// <summary>Time zones.</summary>
    [JsonStringEnumMemberName("time_zone")]
    TimeZone = DataKinds.TimeZone,
}
