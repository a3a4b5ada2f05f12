using System.Text;
using Cities.Data;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;

namespace Cities.Importer.Tests;

/// <summary>What a row costs, a file of millions costs millions of times.</summary>
public sealed class AllocationTests
{
    private const int Rows = 1000;

    private readonly PlaceCodes _codes = new(new CountryFilter(["GB"]));

    public AllocationTests() => _codes.TryAdd("GB"u8, 1);

    [Fact]
    public void A_place_allocates_nothing()
    {
        using var districts = new CopyWriter(Stream.Null, GeonameFile.Districts.Columns.Length);

        AssertAllocatesNothing(
            new GeonameFile(_codes, new PlaceFilter(DataKinds.All, 0, []), new PlaceIds(), districts),
            row => $"{row + 1}\tName\tName\t\t51.5\t-0.1\tP\t{(row % 2 == 0 ? "PPL" : "PPLX")}\tGB\t\tENG\tGLA\t\t\t1000\t10\t11\tEurope/London\t2024-01-31\n");
    }

    [Fact]
    public void A_postal_code_allocates_nothing() =>
        AssertAllocatesNothing(
            new PostalCodesFile(_codes, new CountryFilter(["GB"])),
            row => $"GB\tE{row}\tName\tEngland\tENG\tGreater London\tGLA\t\t\t51.5\t-0.1\t4\n");

    private static void AssertAllocatesNothing(IRowLoader loader, Func<int, string> makeRow)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Rows).Select(makeRow)));
        using var reader = new RowReader(new MemoryStream(text), loader.ColumnCount, loader.OptionalColumnCount);
        using var copy = new CopyWriter(Stream.Null, loader.Table.Columns.Length);
        // The first rows make what the others use: pages of ids, what the runtime keeps of a type.
        Load(Rows / 2);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Load(Rows - 1 - (Rows / 2));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rows / 10);

        void Load(int rows)
        {
            for (; rows > 0; rows--)
            {
                Assert.True(reader.TryRead(out var row));
                loader.Load(row, copy);
            }
        }
    }
}
