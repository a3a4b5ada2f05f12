using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Cities.Api.Http;

/// <summary>Brotli and gzip, fast rather than small: most answers are compressed while the client waits.</summary>
internal static class Compression
{
    private static readonly string[] MediaTypes =
    [
        .. ResponseCompressionDefaults.MimeTypes,
        "application/geo+json",
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
            // Length gives secrets away where an answer holds one beside something of the asker's; these hold none.
            options.EnableForHttps = true;
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }
}
