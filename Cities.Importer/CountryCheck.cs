using System.Text;
using Cities.Data;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer;

/// <summary>Checks that the countries in the options exist, before files are downloaded for them.</summary>
internal static class CountryCheck
{
    /// <summary>Checks the countries against countryInfo.txt.</summary>
    /// <exception cref="ImportException">There is no such country.</exception>
    public static void Check(ImportOptions options, SourceFile countryInfo, IRowLoader loader)
    {
        var known = new HashSet<string>();
        // Not disposed: the text of a file that is no archive is the file itself, which is read again.
        using var reader = new RowReader(countryInfo.OpenText(), loader.ColumnCount, loader.OptionalColumnCount);
        while (true)
        {
            try
            {
                if (!reader.TryRead(out var row))
                    break;
                known.Add(Encoding.UTF8.GetString(row[0]));
            }
            catch (MalformedRowException)
            {
                // The import reports it.
            }
            catch (InvalidDataException)
            {
                break;
            }
        }

        Check(options, known);
    }

    /// <summary>Checks the countries against those in the database.</summary>
    /// <exception cref="ImportException">There is no such country.</exception>
    public static async Task CheckAsync(
        ImportOptions options, CitiesDbContext context, CancellationToken cancellationToken) =>
        Check(options, await context.Countries.Select(country => country.Code).ToHashSetAsync(cancellationToken));

    private static void Check(ImportOptions options, HashSet<string> known)
    {
        // Without countries, the import fails for another reason, and says so.
        if (known.Count == 0)
            return;
        Check(options.CountryCodes, nameof(ImportOptions.Countries));
        Check(options.PostalCodeCountryCodes, nameof(ImportOptions.PostalCodeCountries));

        void Check(string[] codes, string property)
        {
            if (Array.Find(codes, code => !known.Contains(code)) is { } unknown)
            {
                throw new ImportException(
                    ExitCode.Usage, $"There is no country '{unknown}'. Check {CommandLine.NameOf(property)}.");
            }
        }
    }
}
