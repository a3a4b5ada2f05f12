using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Cities.Api.Http;

/// <summary>
/// Compresses answers with Brotli or gzip at the fastest level, because most answers are compressed while the client
/// waits.
/// </summary>
internal static class Compression
{
    private static readonly string[] MediaTypes =
    [
        .. ResponseCompressionDefaults.MimeTypes,
        "application/geo+json",
        "application/geo+json-seq",
        "application/problem+json",
        "application/schema+json",
        "application/vnd.oai.openapi+json",
        "application/x-ndjson",
        "application/vnd.mapbox-vector-tile",
        "text/csv",
    ];

    public static void AddCompression(this IHostApplicationBuilder builder)
    {
        builder.Services.AddResponseCompression(options =>
        {
            options.MimeTypes = MediaTypes;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
            // BREACH reads a secret from the length of an answer that also contains input of the attacker. The answers
            // contain no secrets.
            options.EnableForHttps = true;
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }
}
