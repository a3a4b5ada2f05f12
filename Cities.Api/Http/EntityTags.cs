using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Computes the strong ETag (RFC 9110, 8.8.3) of an answer before the answer is made, from everything that its bytes
/// depend on.
/// </summary>
internal sealed class EntityTags(IResponseCompressionProvider compression)
{
    private const int HashBytes = 16;

    /// <summary>The number of characters on the stack. It is enough for most requests.</summary>
    private const int StackLength = 512;

    private const string NotCompressed = "identity";

    // The versions of the code and the runtime: a new deployment may serialize the same data differently.
    private static readonly string Build = string.Join(
        ' ', VersionOf(typeof(EntityTags).Assembly), VersionOf(typeof(CitiesDatabase).Assembly), Environment.Version);

    /// <summary>The request headers that endpoints and compression depend on.</summary>
    public static string[] Vary { get; } = [HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage];

    /// <summary>Computes the ETag, with its quotes, of a successful answer. GET and HEAD have the same ETag.</summary>
    /// <param name="request">The request.</param>
    /// <param name="dataVersion">The version of the data.</param>
    public string Create(HttpRequest request, string dataVersion)
    {
        var parts = new DefaultInterpolatedStringHandler(
            0, 0, CultureInfo.InvariantCulture, stackalloc char[StackLength]);
        Append(ref parts, Build);
        Append(ref parts, dataVersion);
        // Links in answers contain the host and path of the request.
        Append(ref parts, request.Scheme);
        Append(ref parts, request.Host.Value);
        Append(ref parts, request.PathBase.Value);
        Append(ref parts, request.Path.Value);
        Append(ref parts, request.QueryString.Value);
        Append(ref parts, request.Headers.Accept);
        Append(ref parts, request.Headers.AcceptLanguage);
        // The chosen encoding, because different Accept-Encoding headers result in the same one.
        Append(ref parts, compression.GetCompressionProvider(request.HttpContext)?.EncodingName ?? NotCompressed);

        // The hash has to be collision-resistant, because it is also the key of the output cache.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(parts.Text), hash);
        parts.Clear();
        return $"\"{Convert.ToHexStringLower(hash[..HashBytes])}\"";
    }

    /// <summary>
    /// Appends a part with its length, so that different lists of parts never result in the same text.
    /// </summary>
    private static void Append(ref DefaultInterpolatedStringHandler parts, string? part)
    {
        parts.AppendFormatted(part?.Length ?? 0);
        parts.AppendLiteral(":");
        parts.AppendLiteral(part ?? "");
    }

    private static string VersionOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("N");
}
