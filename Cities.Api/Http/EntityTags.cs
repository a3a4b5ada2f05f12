using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Makes strong ETags (RFC 9110, 8.8.3) without making the answer: of everything that the answer's bytes depend on.
/// </summary>
internal sealed class EntityTags(IResponseCompressionProvider compression)
{
    private const int HashBytes = 16;

    /// <summary>Characters for which no memory is asked: as many as most requests have.</summary>
    private const int StackLength = 512;

    private const string NotCompressed = "identity";

    // The code and the runtime: a new deployment may say the same things in another way.
    private static readonly string Build = string.Join(
        ' ', VersionOf(typeof(EntityTags).Assembly), VersionOf(typeof(CitiesDatabase).Assembly), Environment.Version);

    /// <summary>The headers by which endpoints and compression choose what to answer.</summary>
    public static string[] Vary { get; } = [HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage];

    /// <summary>The ETag of a request's answer, with its quotes, if that is a success. The same for GET and HEAD.</summary>
    /// <param name="request">The request.</param>
    /// <param name="dataVersion">The version of the data.</param>
    public string Create(HttpRequest request, string dataVersion)
    {
        var parts = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[StackLength]);
        Append(ref parts, Build);
        Append(ref parts, dataVersion);
        // Answers link to one another by the address that they are asked under.
        Append(ref parts, request.Scheme);
        Append(ref parts, request.Host.Value);
        Append(ref parts, request.PathBase.Value);
        Append(ref parts, request.Path.Value);
        Append(ref parts, request.QueryString.Value);
        Append(ref parts, request.Headers.Accept);
        Append(ref parts, request.Headers.AcceptLanguage);
        // The encoding that comes of Accept-Encoding, whose spellings are many.
        Append(ref parts, compression.GetCompressionProvider(request.HttpContext)?.EncodingName ?? NotCompressed);

        // A hash that nobody can find two equal requests for: it is the output cache's key as well.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(parts.Text), hash);
        parts.Clear();
        return $"\"{Convert.ToHexStringLower(hash[..HashBytes])}\"";
    }

    /// <summary>With its length, so that no part can pass for another's end.</summary>
    private static void Append(ref DefaultInterpolatedStringHandler parts, string? part)
    {
        parts.AppendFormatted(part?.Length ?? 0);
        parts.AppendLiteral(":");
        parts.AppendLiteral(part ?? "");
    }

    private static string VersionOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("N");
}
