using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Cities.Data;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>
/// GeoNames' files with damage of every kind. CITIES_FUZZ_MINUTES has it go on for longer, CITIES_FUZZ_SEED says where it begins;
/// what fails names the seed of its one run.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 600;
    private const int MaximumText = 64 << 10;

    /// <summary>Far more than the buffers of the longest line, and the filter of the postal codes, come to.</summary>
    private const long MaximumAllocation = 64 << 20;

    /// <summary>A run takes milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly byte[][] Pieces =
    [
        "\t"u8.ToArray(), "\t\t\t\t"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n"u8.ToArray(), "\0"u8.ToArray(), "#"u8.ToArray(),
        "\uFEFF"u8.ToArray(), [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], "\u202E"u8.ToArray(), "𝕃"u8.ToArray(),
        "-1"u8.ToArray(), "NaN"u8.ToArray(), "Infinity"u8.ToArray(), "1e400"u8.ToArray(), "99999999999999999999"u8.ToArray(), "2147483648"u8.ToArray(),
        "0x10"u8.ToArray(), "+1"u8.ToArray(), " "u8.ToArray(), "9999-99-99"u8.ToArray(), ",,,,"u8.ToArray(), "\\N"u8.ToArray(), "\\."u8.ToArray(),
        "'; DROP TABLE cities; --"u8.ToArray(), Encoding.ASCII.GetBytes(new string('x', 5000)),
    ];

    [Fact]
    public async Task Damaged_text_is_rejected_row_by_row_and_leaves_whole_rows_alone()
    {
        var files = ReadFiles();
        long rows = 0, rejected = 0, refused = 0;
        var runs = await RunAsync(random =>
        {
            var (name, text) = files[random.Next(files.Count)];
            var damaged = Damage(random, Cut(random, text));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = Load(name, damaged);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaximumAllocation);
            Interlocked.Add(ref rows, result.Rows);
            Interlocked.Add(ref rejected, result.Rejected);
            Interlocked.Add(ref refused, result.IsRefused ? 1 : 0);
        });

        output.WriteLine($"{runs} runs over {files.Count} files: {rows} rows loaded, {rejected} rejected, {refused} files refused for a line without end.");
        Assert.True(rows > 0 && rejected > 0 && refused > 0, $"{rows} rows, {rejected} rejected, {refused} refused: the damage is of one kind.");
    }

    [Fact]
    public async Task A_damaged_archive_gives_its_text_or_is_refused()
    {
        var text = Cut(new Random(1), ReadFiles()[0].Text);
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("GB.txt").Open();
            entry.Write(text);
        }

        var original = archive.ToArray();
        long whole = 0, refused = 0;
        var runs = await RunAsync(random =>
        {
            var damaged = random.Next(2) == 0 ? Damage(random, original) : FlipBytes(random, original);
            try
            {
                using var read = new MemoryStream();
                using var stream = ZippedText.Open(new MemoryStream(damaged), "GB.txt");
                stream.CopyTo(read);
                Assert.Equal(text, read.ToArray());
                Interlocked.Increment(ref whole);
            }
            catch (InvalidDataException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        output.WriteLine($"{runs} runs: {whole} archives gave their text, {refused} were refused.");
        Assert.True(whole > 0 && refused > 0, $"{whole} whole, {refused} refused: the damage is of one kind.");
    }

    /// <summary>Not a matter of luck: it would end the process.</summary>
    [Fact]
    public void A_feature_code_as_long_as_a_line_is_one_that_nobody_chose() =>
        Assert.False(new PlaceFilter(DataKinds.All, 0, ["PPL"]).Includes(new byte[RowReader.MaximumLineLength], 0));

    private static async Task<long> RunAsync(Action<Random> run)
    {
        var minutes = double.TryParse(
            Environment.GetEnvironmentVariable("CITIES_FUZZ_MINUTES"), CultureInfo.InvariantCulture, out var value) ? value : 0;
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("CITIES_FUZZ_SEED"), CultureInfo.InvariantCulture, out var chosen) ? chosen : 20261125;
        var started = Stopwatch.StartNew();
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        long runs = 0;
        for (; runs < DefaultRuns || started.Elapsed.TotalMinutes < minutes; runs++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var own = unchecked(seed + (int)runs);
            try
            {
                // On a thread of the pool, whose stack is as small as that of the importer's.
                await Task.Run(() => run(new Random(own)), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Assert.Fail($"CITIES_FUZZ_SEED={own}: {exception}");
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, MaximumAllocation);
        return runs;
    }

    /// <summary>The bundled sample, and GeoNames' real files where they lie beside the repository; small ones of the kinds that neither has.</summary>
    private static List<(string Name, byte[] Text)> ReadFiles()
    {
        var sample = Path.Combine(Repository.Root, "Cities.Importer/Sample/dump");
        List<(string, byte[])> files =
        [
            .. Directory.GetFiles(sample).Order()
                .Select(path => (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path) == ".zip" ? Unzip(path) : File.ReadAllBytes(path))),
            ("postalCodes", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 500).Select(i => $"{GeoNamesFolder.PostalCode($"N{i}", "London")}\n")))),
            ("hierarchy", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 500).Select(i => $"2643743\t{i}\tADM\n")))),
            ("deletes", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 500).Select(i => $"{i}\tLondon\tgone\n")))),
        ];
        if (Repository.GeoNames is { } real)
        {
            files.AddRange(
                from file in new[] { ("GB", "dump/GB.zip"), ("GB", "dump/cities1000.zip"), ("alternateNamesV2", "dump/alternateNamesV2.zip"), ("hierarchy", "dump/hierarchy.zip"), ("postalCodes", "zip/GB.zip") }
                let path = Path.Combine(real, file.Item2)
                where File.Exists(path)
                select (file.Item1, Unzip(path)));
        }

        return files;
    }

    private static byte[] Unzip(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        using var text = archive.Entries.Single(entry => !entry.Name.StartsWith("readme", StringComparison.Ordinal)).Open();
        using var content = new MemoryStream();
        text.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>A stretch of a text, from the beginning of a line.</summary>
    private static byte[] Cut(Random random, byte[] text)
    {
        var start = Array.IndexOf(text, (byte)'\n', random.Next(Math.Max(1, text.Length - MaximumText))) + 1;
        return text[start..Math.Min(text.Length, start + random.Next(1000, MaximumText))];
    }

    private static byte[] FlipBytes(Random random, byte[] text)
    {
        var damaged = (byte[])text.Clone();
        for (var i = random.Next(1, 4); i > 0; i--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    /// <summary>Flips, cuts, repeats, puts in and exchanges bytes, and sometimes makes a line that has no end.</summary>
    private static byte[] Damage(Random random, byte[] text)
    {
        var damaged = new List<byte>(text);
        for (var i = random.Next(1, 40); i > 0 && damaged.Count > 0; i--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 300), damaged.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveRange(at, length);
                    break;
                case 3:
                    damaged.InsertRange(at, damaged.GetRange(at, length));
                    break;
                case 4 when damaged.IndexOf((byte)'\t', at) is >= 0 and var tab:
                    damaged.RemoveAt(tab);
                    break;
                case 5 when damaged.IndexOf((byte)'\t', at) is >= 0 and var tab:
                    // A column of something else.
                    damaged.InsertRange(tab + 1, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    damaged.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return random.Next(40) switch
        {
            0 => [.. damaged, .. Enumerable.Repeat((byte)random.Next(256), RowReader.MaximumLineLength + 10)],
            // A line as long as one may be, in one of its columns.
            1 when damaged.IndexOf((byte)'\t') is >= 0 and var tab =>
                [.. damaged[..tab], .. Enumerable.Repeat((byte)'P', RowReader.MaximumLineLength - 4096), .. damaged[tab..]],
            2 => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString([.. damaged]).ReplaceLineEndings("\r\n")),
            3 => Encoding.Unicode.GetBytes(Encoding.Latin1.GetString([.. damaged])),
            _ => [.. damaged],
        };
    }

    /// <summary>As <see cref="FileLoader"/> does it, into memory.</summary>
    private static (long Rows, long Rejected, bool IsRefused) Load(string name, byte[] text)
    {
        var codes = new PlaceCodes(new CountryFilter(name == "hierarchy" ? [] : ["GB", "FR", "US", "IE"]));
        codes.TryAdd("GB"u8, 1);
        codes.TryAdd("GB.ENG"u8, 2);
        using var aside = new MemoryStream();
        using var districts = new CopyWriter(aside, GeonameFile.Districts.Columns.Length);
        var loader = CreateLoader(name, codes, districts);
        using var copied = new MemoryStream();
        using var copy = new CopyWriter(copied, loader.Table.Columns.Length);
        using var reader = new RowReader(new MemoryStream(text), loader.ColumnCount, loader.OptionalColumnCount);
        long rejected = 0;
        var isRefused = false;
        try
        {
            while (TryLoad())
            {
            }
        }
        catch (InvalidDataException)
        {
            isRefused = true;
        }

        Assert.True(reader.Line <= text.Count(value => value == '\n') + 1, "A line was read twice.");
        AssertWhole(copy, copied, loader.Table.Columns.Length);
        AssertWhole(districts, aside, GeonameFile.Districts.Columns.Length);
        return (copy.Rows + districts.Rows, rejected, isRefused);

        bool TryLoad()
        {
            try
            {
                if (!reader.TryRead(out var row))
                    return false;
                loader.Load(row, copy);
            }
            catch (MalformedRowException exception)
            {
                Assert.NotEmpty(exception.Message);
                rejected++;
            }

            return true;
        }
    }

    private static IRowLoader CreateLoader(string name, PlaceCodes codes, CopyWriter districts)
    {
        switch (name)
        {
            case "countryInfo":
                return new CountryInfoFile(new PlaceCodes(new CountryFilter([])), new IdSet(), includeFormer: false);
            case "admin1CodesASCII":
                return new Admin1CodesFile(codes, new IdSet());
            case "admin2Codes":
                return new Admin2CodesFile(codes, new IdSet());
            case "alternateNamesV2":
                return new AlternateNamesFile(new NameLanguages(["fr", "und"]), places: null);
            case "postalCodes":
                return new PostalCodesFile(codes, new CountryFilter([]));
            case "timeZones":
                return new TimeZonesFile(codes);
            case "deletes":
                return new DeletesFile(3, HierarchyFile.Table with { Columns = ["id"] });
            case "hierarchy":
                var known = new IdSet();
                for (var id = 1; id < 100; id++)
                    known.TryAdd(id);
                return new HierarchyFile(known);
            default:
                return new GeonameFile(codes, new PlaceFilter(DataKinds.All, 0, ["PPL", "PPLC", "PPLX", "PPLA2"]), new PlaceIds(), districts);
        }
    }

    /// <summary>Reads what was written as the server would: so many rows, each of so many values that end where the next begins.</summary>
    private static void AssertWhole(CopyWriter copy, MemoryStream output, int columns)
    {
        copy.CompleteAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var bytes = output.ToArray().AsSpan(19);
        long rows = 0;
        for (; BinaryPrimitives.ReadInt16BigEndian(bytes) is var count && count != -1; rows++)
        {
            Assert.Equal(columns, count);
            bytes = bytes[2..];
            for (var column = 0; column < columns; column++)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
                Assert.InRange(length, -1, RowReader.MaximumLineLength * 2);
                bytes = bytes[(4 + Math.Max(0, length))..];
            }
        }

        Assert.Equal(2, bytes.Length);
        Assert.Equal(copy.Rows, rows);
    }
}

/// <summary>Tests that measure the memory of their process, after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
