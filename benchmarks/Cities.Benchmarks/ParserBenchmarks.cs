using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Cities.Data;
using Cities.Importer;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;

namespace Cities.Benchmarks;

/// <summary>
/// The importer's parser alone: from text in memory to rows in COPY's binary format, which nobody reads.
/// </summary>
[Config(typeof(Config))]
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The benchmark's runner cleans up after each iteration.")]
public class ParserBenchmarks
{
    private readonly PlaceCodes _codes = new(new CountryFilter([]));
    private byte[] _text = [];
    private CopyWriter _districts = null!;
    private IRowLoader _loader = null!;

    /// <summary>The files that are there.</summary>
    public static IEnumerable<string> Files => GeoNamesText.Files;

    /// <summary>The file that is read.</summary>
    [ParamsSource(nameof(Files))]
    public string File { get; set; } = "";

    /// <summary>Reads the file, and the codes that its rows refer to.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _text = GeoNamesText.ReadFile(File);
        Load(GeoNamesText.Read("dump/countryInfo"), new CountryInfoFile(_codes, new IdSet(), includeFormer: false)).GetAwaiter().GetResult();
        Load(GeoNamesText.Read("dump/admin1CodesASCII"), new Admin1CodesFile(_codes, new IdSet())).GetAwaiter().GetResult();
        Load(GeoNamesText.Read("dump/admin2Codes"), new Admin2CodesFile(_codes, new IdSet())).GetAwaiter().GetResult();
    }

    /// <summary>Makes the loader, which takes a file once: it knows what it has seen.</summary>
    [IterationSetup]
    public void SetupIteration()
    {
        _districts = new CopyWriter(Stream.Null, GeonameFile.Districts.Columns.Length);
        _loader = File == GeoNamesText.PostalCodes
            ? new PostalCodesFile(_codes, new CountryFilter([]))
            : new GeonameFile(_codes, new PlaceFilter(DataKinds.All, 0, []), new PlaceIds(), _districts);
    }

    /// <summary>Gives the buffer back.</summary>
    [IterationCleanup]
    public void CleanUpIteration() => _districts.Dispose();

    /// <summary>Splits rows into columns.</summary>
    /// <returns>The number of rows.</returns>
    [Benchmark]
    public long Split()
    {
        using var reader = new RowReader(new MemoryStream(_text), _loader.ColumnCount, _loader.OptionalColumnCount);
        long rows = 0;
        while (reader.TryRead(out _))
            rows++;
        return rows;
    }

    /// <summary>Splits rows, parses and checks their columns, and encodes the rows of the table.</summary>
    /// <returns>The number of rows.</returns>
    [Benchmark]
    public Task<long> Load() => Load(_text, _loader);

    /// <summary>As <see cref="FileLoader"/> does it.</summary>
    private async Task<long> Load(byte[] text, IRowLoader loader)
    {
        using var reader = new RowReader(new MemoryStream(text), loader.ColumnCount, loader.OptionalColumnCount);
        using var copy = new CopyWriter(Stream.Null, loader.Table.Columns.Length);
        while (LoadNext())
        {
            if (_districts is { IsFull: true })
                await _districts.FlushAsync(CancellationToken.None);
            if (copy.IsFull)
                await copy.FlushAsync(CancellationToken.None);
        }

        await copy.CompleteAsync(CancellationToken.None);
        return copy.Rows;

        bool LoadNext()
        {
            try
            {
                if (!reader.TryRead(out var row))
                    return false;
                loader.Load(row, copy);
            }
            catch (MalformedRowException)
            {
                // GeoNames' files have a few.
            }

            return true;
        }
    }

    private sealed class Config : ManualConfig
    {
        public Config() => AddColumn(new ThroughputColumn());
    }
}
