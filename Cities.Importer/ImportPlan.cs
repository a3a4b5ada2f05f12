using Cities.Data;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>The files that an import reads. A file follows the files that its rows refer to.</summary>
internal sealed class ImportPlan
{
    /// <param name="options">The options that select the files.</param>
    /// <param name="districts">Receives the districts while the cities are copied.</param>
    /// <param name="listedNames">Receives the names that come with the places.</param>
    public ImportPlan(ImportOptions options, CopyWriter districts, ListedNames listedNames)
    {
        var kinds = options.KindFlags;
        Codes = new PlaceCodes(new CountryFilter(options.CountryCodes));
        List<PlannedFile> files = [];
        if (kinds.HasFlag(DataKinds.Country))
        {
            files.Add(new(
                DataKinds.Country,
                "dump/countryInfo.txt",
                new CountryInfoFile(Codes, Ids.All, options.IncludeFormerCountries)));
        }

        if (kinds.HasFlag(DataKinds.Region))
            files.Add(new(DataKinds.Region, "dump/admin1CodesASCII.txt", new Admin1CodesFile(Codes, Ids.All)));
        if (kinds.HasFlag(DataKinds.Subregion))
            files.Add(new(DataKinds.Subregion, "dump/admin2Codes.txt", new Admin2CodesFile(Codes, Ids.All)));
        if ((kinds & (DataKinds.City | DataKinds.District)) != 0)
        {
            var loader = new GeonameFile(
                Codes, options.CreatePlaceFilter(), Ids, kinds.HasFlag(DataKinds.City) ? districts : null, listedNames);
            string[] names = options.Places == ImportOptions.PlacesPerCountry ? options.CountryCodes : [options.Places];
            var kind = kinds.HasFlag(DataKinds.City) ? DataKinds.City : DataKinds.District;
            files.AddRange(names.Select(name => new PlannedFile(kind, $"dump/{name}.zip", loader)));
        }

        if (kinds.HasFlag(DataKinds.District))
        {
            files.Add(new(DataKinds.District, "dump/hierarchy.zip", new HierarchyFile(Ids.Districts))
            {
                IsOptional = true,
            });
        }

        if (kinds.HasFlag(DataKinds.AlternativeName))
        {
            const string worldName = "dump/alternateNamesV2.zip";
            var loader = new AlternateNamesFile(new NameLanguages(options.LanguageCodes), Ids.All);
            if (options.CountryCodes is [])
                files.Add(new(DataKinds.AlternativeName, worldName, loader));
            foreach (var country in options.CountryCodes)
            {
                files.Add(new(DataKinds.AlternativeName, $"dump/alternatenames/{country}.zip", loader)
                {
                    Substitute = worldName,
                    Country = country,
                });
            }
        }

        if (kinds.HasFlag(DataKinds.PostalCode))
        {
            var countries = options.PostalCodeCountryCodes;
            var loader = new PostalCodesFile(Codes, new CountryFilter(countries));
            if (countries is [])
                files.Add(new(DataKinds.PostalCode, "zip/allCountries.zip", loader));
            files.AddRange(countries.Select(
                country => new PlannedFile(DataKinds.PostalCode, $"zip/{country}.zip", loader) { Country = country }));
        }

        if (kinds.HasFlag(DataKinds.TimeZone))
            files.Add(new(DataKinds.TimeZone, "dump/timeZones.txt", new TimeZonesFile(Codes)));

        // A kind that the options name requires its files. With "all", these files are optional: a folder may not have
        // them.
        const DataKinds extras = DataKinds.AlternativeName | DataKinds.PostalCode | DataKinds.TimeZone;
        Files = [.. files.Select(
            file => kinds == DataKinds.All && extras.HasFlag(file.Kind) ? file with { IsOptional = true } : file)];
    }

    public IReadOnlyList<PlannedFile> Files { get; }

    /// <summary>The codes of the countries and divisions that were read.</summary>
    public PlaceCodes Codes { get; }

    /// <summary>The ids of the places that were read.</summary>
    public PlaceIds Ids { get; } = new();
}

/// <summary>A file that an import reads.</summary>
/// <param name="Kind">The kind of data that requires the file.</param>
/// <param name="Name">Path relative to the source.</param>
/// <param name="Loader">Converts the rows of the file.</param>
internal sealed record PlannedFile(DataKinds Kind, string Name, IRowLoader Loader)
{
    /// <summary>The file that replaces this one if the source does not have it, or null.</summary>
    public string? Substitute { get; init; }

    /// <summary>The country of the file, or null for all countries.</summary>
    public string? Country { get; init; }

    /// <summary>Whether the import continues if the source does not have the file.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Downloads the file if necessary, and opens it.</summary>
    /// <returns>The file, or null if it is optional and the source does not have it.</returns>
    /// <exception cref="ImportException">The source does not have the file or cannot be reached.</exception>
    public async Task<SourceFile?> OpenAsync(IGeoNamesSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenAsync(Name, cancellationToken);
        }
        catch (SourceFileMissingException) when (Substitute is not null)
        {
            return await (this with { Name = Substitute, Substitute = null }).OpenAsync(source, cancellationToken);
        }
        catch (SourceFileMissingException) when (IsOptional)
        {
            return null;
        }
    }
}
