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

    /// <summary>The operation: import, or update to apply GeoNames' daily changes.</summary>
    public required ImportJobOperation Operation { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes of the countries, or only 'all'; null for the importer's setting.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>The kinds of data, or only 'all'; null for the importer's setting.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>Whether the importer merges the files even if the last import has already merged them.</summary>
    [DefaultValue(false)]
    public bool Force { get; init; }

    /// <summary>The countries in the form of the importer's option, or null.</summary>
    internal string? CountryOption => ToOption(Countries?.Select(code => code == All ? code : code.ToUpperInvariant()));

    /// <summary>The kinds in the form of the importer's option, or null.</summary>
    internal string? KindOption => ToOption(Kinds);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Check(Countries, MaximumCountries, IsCountry, "an ISO 3166-1 alpha-2 code, or 'all'") is { } countries)
            yield return new ValidationResult(countries, ["countries"]);
        var known = DataKindNames.Known;
        if (Check(Kinds, known.Count, known.Contains, $"one of {string.Join(", ", known)}, or 'all'") is { } kinds)
            yield return new ValidationResult(kinds, ["kinds"]);
    }

    private static string? Check(
        IReadOnlyList<string>? items, int maximum, Func<string, bool> isKnown, string expected) => items switch
        {
            null => null,
            _ when items.Count == 0 || items.Count > maximum =>
                $"The list does not have between 1 and {maximum} items.",
            _ when items.Contains(All) && items.Distinct().Count() > 1 =>
                "The list has 'all' together with other items.",
            _ when items.FirstOrDefault(item => item is null || (item != All && !isKnown(item))) is { } unknown =>
                $"'{unknown}' is not {expected}.",
            _ when items.Contains(null) => $"null is not {expected}.",
            _ => null,
        };

    private static bool IsCountry(string code) =>
        code is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second);

    private static string? ToOption(IEnumerable<string>? items) =>
        items is null ? null : string.Join(',', items.Distinct());
}

/// <summary>The operation of an import job.</summary>
public enum ImportJobOperation
{
    /// <summary>Import GeoNames' files.</summary>
    Import = ImportOperation.Import,

    /// <summary>Apply GeoNames' daily changes.</summary>
    Update = ImportOperation.Update,
}
