using System.Globalization;
using System.Text;
using CsCheck;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>Makes up requests: most of them nearly right, so that they come past the first check.</summary>
internal static class FuzzGenerator
{
    /// <summary>What is none of what any parameter takes, or stands for something where it is taken too literally.</summary>
    private static readonly Gen<string> Hostile = Gen.Frequency(
        (6, Gen.OneOfConst(
            "'", "''", "\"", "\\", "\\'", "$1", "$$", "%", "_", "%%%", "/*", "--", ";", "'; DROP TABLE cities; --", "1 OR 1=1",
            "1); DELETE FROM cities; --", "' UNION SELECT version() --", "{0}", "{{host}}", "${jndi:ldap://x}", "../../etc/passwd",
            "<script>alert(1)</script>", "pg_sleep(20)", "'||pg_sleep(20)||'", "NULL", "null", "undefined", "true", "[]", "{}",
            "(", "((((((((((", "[a-", ".*", "&", "=", "#", "?", "/", ".", "..", ",", ",,,,", " ", "\t", "+", "*", "-", "--1").Select(Escape)),
        (2, Gen.OneOfConst(
            // NUL and other controls, what is no UTF-8 (overlong, a lone surrogate, cut, beyond), and what is no encoding.
            "%00", "a%00b", "%01%02%1F%7F", "%0D%0AX-Injected:%201", "%FF", "%C0%AF", "%C3%28", "%ED%A0%80", "%ED%BF%BF", "%F4%90%80%80", "%E2%82",
            "%", "%2", "%zz", "%u0041", "%25%30%30", "%2500")),
        (2, Gen.OneOfConst(
            // Right to left, combining, joined, beyond the first plane, wide digits, letters that grow in another case.
            "\u202Enodnol", "\u200B", "\uFEFF", "a" + new string('\u0301', 50), "👩‍👩‍👧", "𝕃𝕠𝕟𝕕𝕠𝕟", "１２", "İ", "ß", "ﬃ", "\uFFFE", "\u2028").Select(Escape)),
        (1, Gen.Int[100, 3000].Select(length => new string('a', length))),
        (1, Gen.Int[50, 600].Select(length => Escape(string.Join(',', Enumerable.Repeat("GB", length))))),
        (2, Gen.String[0, 30].Select(Escape)));

    private static readonly Gen<string> Numbers = Gen.OneOfConst(
        "0", "-0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "99999999999999999999999999", "1e3", "1e400", "-1e400", "1e-400", "4.9e-324", "0x10", "1.0", "1,5", "01", "%2B1", "%201",
        "NaN", "Infinity", "-Infinity", "∞", "nan", "1_000", "90.0000001", "180.0000001", "-180", "180", "90", "-90");

    private static readonly Gen<(string, string)> Header = Gen.Frequency(
        (3, Gen.Select(
            Gen.OneOfConst("Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "If-Match", "Range", "Origin", "Cache-Control", "Prefer"),
            Gen.OneOfConst(
                "", "*", "*/*", "*/*;q=0", ";", ",", ",,,", "q=1", "text/csv", "application/geo+json", "application/x-ndjson", "application/geo+json-seq", "application/json;q=NaN", "text/html",
                "application/*;q=1e9", "image/png", "fr", "fr-CH, fr;q=0.9, en;q=0.8", "zz-ZZ-x-private", "en;q=-1", "gzip", "br", "identity;q=0, *;q=0", "deflate, gzip;q=0",
                "\"x\"", "W/\"x\"", "\"", "\"a\", \"b\", *", "Thu, 01 Jan 1970 00:00:00 GMT", "bytes=0-", "bytes=9-1", "bytes=0-0,1-1,2-2,99999999999999999999-", "null",
                "https://map.example", "no-cache", "max-age=-1", "only-if-cached", "'; DROP TABLE cities; --", "%00", "é", "\u00FF\u00FE", "\t"))),
        (1, Gen.Select(
            Gen.OneOfConst("Accept", "Accept-Language", "If-None-Match", "Range", "Origin", "traceparent", "baggage", "X-Forwarded-For", "X-HTTP-Method-Override"),
            Gen.Frequency(
                (2, Gen.Int[1, 400].Select(count => string.Join(',', Enumerable.Repeat("\"a\"", count)))),
                (2, Gen.Int[1, 400].Select(count => string.Join(',', Enumerable.Range(0, count).Select(i => $"x{i};q=0.{i}")))),
                (1, Gen.Int[1000, 8000].Select(length => new string('x', length)))))));

    /// <summary>Requests of one operation.</summary>
    public static Gen<FuzzRequest> For(FuzzOperation operation)
    {
        var path = All(operation.Parameters.Where(parameter => parameter.IsInPath)
            .Select(parameter => Value(parameter).Select(value => (parameter.Name, value.Length == 0 ? "%20" : value))));
        // Seldom all at once: one that is refused hides what the others do.
        var query = All(operation.Parameters.Where(parameter => !parameter.IsInPath && !parameter.IsInHeader).Select(parameter =>
            Gen.Frequency(
                parameter.IsRequired ? (1, Empty) : (operation.Parameters.Count, Empty),
                (parameter.IsRequired ? 20 : 3, Value(parameter).Select<string, (string, string)[]>(value => [(parameter.Name, value)])),
                (parameter.IsRequired ? 1 : 0, Gen.Select(Value(parameter), Value(parameter)).Select<(string, string), (string, string)[]>(
                    values => [(parameter.Name, values.Item1), (parameter.Name, values.Item2)]))))
            // And one that there is none of.
            .Append(Gen.Frequency((40, Empty), (1, Hostile.Select<string, (string, string)[]>(value => [("unknown", value)])))))
            .Select(parts => parts.SelectMany(part => part).ToArray());
        var expected = All(operation.Parameters.Where(parameter => parameter.IsInHeader).Select(parameter => Gen.Frequency(
            (6, Gen.Const(new[] { (parameter.Name, parameter.Example) })), (1, Empty))))
            .Select(parts => parts.SelectMany(part => part).ToArray());
        var headers = Gen.Select(
            expected, Gen.Frequency((3, Empty), (2, Header.Array[1, 3])), (named, others) => named.Concat(others).ToArray());
        var body = !operation.HasBody ? Gen.Const<FuzzBody?>((FuzzBody?)null)
            : (operation.BodyTypes.Contains("application/geo+json") ? Body : Members(operation)).Select<FuzzBody, FuzzBody?>(made => made);
        return Gen.Select(path, query, headers, body, (pathValues, parameters, sent, content) => new FuzzRequest(
            operation, pathValues.ToDictionary(value => value.Item1, value => value.Item2), parameters, sent, content));
    }

    private static Gen<(string, string)[]> Empty { get; } = Gen.Const(Array.Empty<(string, string)>());

    /// <summary>A value of a parameter, percent-encoded.</summary>
    private static Gen<string> Value(FuzzParameter parameter)
    {
        var example = Gen.Const(Escape(parameter.Example));
        var hostile = Gen.Frequency((2, Hostile), (1, Mutated(parameter.Example)), (1, Numbers.Select(Escape)));
        if (parameter.Values.Count > 0)
            return Gen.Frequency((6, Gen.OneOfConst([.. parameter.Values])), (1, hostile));
        return parameter.Type switch
        {
            "integer" => Gen.Frequency((6, example), (6, Gen.Long[(long)(parameter.Minimum ?? 0), Highest(parameter)].Select(Invariant)), (2, Bounds(parameter)), (1, Numbers.Select(Escape)), (1, hostile)),
            "number" => Gen.Frequency((6, example), (6, Gen.Double[parameter.Minimum ?? -1e6, parameter.Maximum ?? 1e6].Select(Invariant)), (2, Bounds(parameter)), (1, Numbers.Select(Escape)), (1, hostile)),
            _ => Gen.Frequency((12, example), (4, Plausible(parameter)), (2, Mutated(parameter.Example)), (2, hostile)),
        };
    }

    /// <summary>Values in the syntax of a parameter that is known by its name.</summary>
    private static Gen<string> Plausible(FuzzParameter parameter) => parameter.Name switch
    {
        "f" => Gen.OneOfConst("json", "geojson", "csv", "ndjson", "geojsonseq", "JSON", "xml", ""),
        "fields" => Gen.OneOfConst("id", "name", "id", "population", "location", "type", "country").Array[0, 6].Select(names => string.Join(',', names)),
        "orderBy" => Gen.OneOfConst("id", "-id", "name", "-name", "population", "-population", "distance", "-distance", "location", ""),
        "near" or "from" or "to" => Gen.Select(Gen.Double[-200, 200], Gen.Double[-100, 100]).Select(point => $"{Invariant(point.Item1)},{Invariant(point.Item2)}"),
        "bbox" => Gen.Double[-181, 181].Array[3, 7].Select(numbers => string.Join(',', numbers.Select(Invariant))),
        "lang" => Gen.OneOfConst("fr", "en", "de,fr", "zh-Hant-TW", "x", "", "en,en,en"),
        "country" or "countryCode" => Gen.OneOfConst("GB", "gb", "FR", "ZZ", "GB,FR,IE", "2635167", "G", "GBR"),
        "after" => Gen.OneOfConst("", "1", "MQ", "bnVsbA", "eyJpZCI6MX0", "AAAA", "////", "WzFd", "WyJhIiwxXQ"),
        "datetime" => Gen.OneOfConst("2018-02-12T00:00:00Z", "../..", "2018-02-12T00:00:00Z/..", "9999-12-31T23:59:60Z", "0001-01-01/..", "2018-13-45"),
        _ => Gen.OneOfConst("London", "GB.ENG", "GB.ENG.GLA", "PPLA", "SW1A", "Europe/London", "2024-01-31", "a"),
    };

    private static Gen<string> Bounds(FuzzParameter parameter)
    {
        var (low, high) = (parameter.Minimum ?? int.MinValue, parameter.Maximum ?? int.MaxValue);
        return Gen.OneOfConst(low - 1, low, low + 1, high - 1, high, high + 1).Select(value => value.ToString("F0", CultureInfo.InvariantCulture));
    }

    private static long Highest(FuzzParameter parameter) => parameter.Name switch
    {
        // Large pages take long to check, and say no more than small ones.
        "limit" or "k" => 30,
        "id" or "cityId" or "districtId" => 4_000_000,
        "z" => 22,
        "x" or "y" => 64,
        _ => (long)Math.Min(parameter.Maximum ?? int.MaxValue, int.MaxValue),
    };

    /// <summary>A text with a piece cut out, doubled, or put in.</summary>
    private static Gen<string> Mutated(string text) =>
        Gen.Select(Gen.Int[0, text.Length], Gen.Int[0, text.Length], Gen.Int[0, 2], Gen.OneOfConst("'", ",", " ", "-", "\0", "é", ".", "9", "%", "\\"))
            .Select((from, to, kind, piece) =>
            {
                (from, to) = (Math.Min(from, to), Math.Max(from, to));
                return Escape(kind switch
                {
                    0 => text[..from] + text[to..],
                    1 => text[..to] + text[from..],
                    _ => text[..from] + piece + text[from..],
                });
            });

    private static readonly Gen<string> Position = Gen.Frequency(
        (20, Gen.Select(Gen.Double[-180, 180], Gen.Double[-90, 90]).Select(point => $"[{Invariant(point.Item1)},{Invariant(point.Item2)}]")),
        (1, Gen.OneOfConst("[]", "[0]", "[0,0,0,0]", "[null,0]", "[\"0\",0]", "[1e999,0]", "[181,0]", "[0,-91]", "0", "{}", "null", "[[0,0]]", "[1e-400,0]")));

    private static readonly Gen<string> Box = Gen.Select(Gen.Double[-170, 160], Gen.Double[-80, 70], Gen.Double[0, 10]).Select((x, y, size) =>
        $"[[{Invariant(x)},{Invariant(y)}],[{Invariant(x + size)},{Invariant(y)}],[{Invariant(x + size)},{Invariant(y + size)}],[{Invariant(x)},{Invariant(y)}]]");

    /// <summary>A ring that ends where it begins, and may cross itself.</summary>
    private static readonly Gen<string> Ring = Gen.Frequency(
        (6, Box),
        (3, Position.Array[0, 8].Select(positions => $"[{string.Join(',', positions.Append(positions.FirstOrDefault() ?? "[0,0]"))}]")),
        (1, Gen.Int[1, 11_000].Select(count => $"[{string.Join(',', Enumerable.Repeat("[0,0]", count))}]")));

    private static readonly Gen<string> Geometry = Gen.Frequency(
        (12, Box.Select(ring => $$"""{"type":"Polygon","coordinates":[{{ring}}]}""")),
        (4, Ring.Array[1, 2].Select(rings => $$"""{"type":"Polygon","coordinates":[{{string.Join(',', rings)}}]}""")),
        (4, Ring.Array[1, 4].Select(rings => $$"""{"type":"MultiPolygon","coordinates":[{{string.Join(',', rings.Select(ring => $"[{ring}]"))}}]}""")),
        (2, Ring.Select(ring => $$$"""{"type":"Feature","geometry":{"type":"Polygon","coordinates":[{{{ring}}}]},"properties":null}""")),
        (1, Gen.Int[1, 3000].Select(depth => new string('[', depth) + new string(']', depth))),
        (1, Gen.Int[1, 12].Select(depth => string.Concat(Enumerable.Repeat("""{"type":"Feature","geometry":""", depth)) + "null" + new string('}', depth))),
        (3, Gen.OneOfConst(
            "", " ", "null", "0", "\"\"", "[]", "{}", "{\"type\":null}", "{\"type\":\"Point\",\"coordinates\":[0,0]}", "{\"type\":\"\\ud800\"}", "{\"\\ud800\":1}",
            "{\"type\":\"Polygon\"}", "{\"type\":\"Polygon\",\"type\":\"Point\",\"coordinates\":[]}", "{\"type\":\"Polygon\",\"coordinates\":null}",
            "{\"type\":\"Polygon\",\"coordinates\":[[]]}", "{\"type\":\"MultiPolygon\",\"coordinates\":[]}", "{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}",
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}", "{\"type\":\"Feature\",\"geometry\":null}", "NaN", "{\"type\":\"Polygon\",\"coordinates\":[[[NaN,0]]]}",
            "// comment\n{}", "{\"type\":\"Polygon\",}", "\uFEFF{}", "<Polygon/>", "\0", "{\"type\":\"Poly\u0000gon\"}")));

    private static readonly Gen<FuzzBody> Body = Gen.Select(
        Gen.Frequency((9, Gen.OneOfConst<string?>("application/geo+json", "application/json")), (1, Gen.OneOfConst<string?>(
            null, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/geo+json; charset=nonsense", "a/b/c"))),
        Gen.Frequency(
            (12, Geometry.Select(Encoding.UTF8.GetBytes)),
            // Cut, of broken bytes, and far too large.
            (2, Gen.Select(Geometry, Gen.Double[0, 1]).Select((text, share) => Encoding.UTF8.GetBytes(text)[..(int)(Encoding.UTF8.GetByteCount(text) * share)])),
            (2, Gen.Select(Geometry, Gen.Double[0, 0.99], Gen.Byte).Select((text, share, value) =>
            {
                var bytes = Encoding.UTF8.GetBytes(text + " ");
                bytes[(int)(bytes.Length * share)] = value;
                return bytes;
            })),
            (1, Gen.Byte.Array[0, 100]),
            (1, Gen.OneOfConst(1 << 16, (1 << 20) + 1).Select(length => Encoding.UTF8.GetBytes(new string(' ', length))))))
        .Select((type, bytes) => new FuzzBody(type, bytes));

    private static readonly Gen<string> MemberValue = Gen.OneOfConst(
        "null", "true", "0", "1", "-1", "1.5", "1e400", "9223372036854775808", "6269131", "\"\"", "\" \"", "\"London\"", "\"Zürich\"", "\"PPL\"", "\"PPLX\"",
        "\"GB\"", "\"fr\"", "\"Europe/London\"", "\"../../etc/passwd\"", "\"'; DROP TABLE cities; --\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"",
        "[]", "{}", "\"update\"", "[\"GB\"]", "[\"all\"]", "[\"city\"]", "[\"GB\",1]", "[null]", "[\"\\ud800\"]", "{\"longitude\":1}", "{\"longitude\":-1.5,\"latitude\":52}", "{\"latitude\":null}", "{\"longitude\":181,\"latitude\":0}",
        "{\"longitude\":{\"longitude\":{}}}", "[[[[[[]]]]]]", "\"" + new string('x', 201) + "\"");

    /// <summary>Objects with the members that administration knows.</summary>
    private static Gen<FuzzBody> Members(FuzzOperation operation)
    {
        var some = Gen.Select(Gen.OneOfConst([.. FuzzRequest.Members, "unknown", "id", "\\ud800"]), MemberValue)
            .Select(member => $"\"{member.Item1}\":{member.Item2}").Array[0, 4].Select(members => $"{{{string.Join(',', members)}}}");
        var text = Gen.Frequency(
            (6, Gen.Const(operation.BodyExample)),
            (3, some.Select(members => members.Length == 2 ? operation.BodyExample : operation.BodyExample[..^1] + "," + members[1..])),
            (6, some),
            (1, Mutated(operation.BodyExample).Select(Uri.UnescapeDataString)),
            (1, Gen.OneOfConst("", "null", "[]", "0", "{", "\uFEFF{}", "{}{}", "\0", new string(' ', (1 << 20) + 1))));
        return Gen.Select(
            Gen.Frequency(
                (9, Gen.OneOfConst<string?>([.. operation.BodyTypes])),
                (1, Gen.OneOfConst<string?>(null, "", "text/plain", "application/json-patch+json", "application/json; charset=utf-16", "a/b/c"))),
            text.Select(Encoding.UTF8.GetBytes),
            (type, bytes) => new FuzzBody(type, bytes));
    }

    /// <summary>One of each.</summary>
    private static Gen<T[]> All<T>(IEnumerable<Gen<T>> parts) =>
        parts.Aggregate(Gen.Const(Array.Empty<T>()), (all, part) => Gen.Select(all, part).Select<(T[], T), T[]>(both => [.. both.Item1, both.Item2]));

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Invariant(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Percent-encodes; a percent sign that a text has is one.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text);
}
