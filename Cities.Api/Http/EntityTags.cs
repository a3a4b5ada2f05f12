using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Cities.Data;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Makes strong ETags (RFC 9110, 8.8.3) without making the answer: of everything that the answer's bytes depend on.
/// </summary>
internal sealed class EntityTags(IResponseCompressionProvider compression)
{
    private const int HashBytes = 16;
    private const string NotCompressed = "identity";

    // The code and the runtime: a new deployment may say the same things in another way.
    private static readonly string Build = string.Join(
        ' ', VersionOf(typeof(EntityTags).Assembly), VersionOf(typeof(CitiesDbContext).Assembly), Environment.Version);

    /// <summary>The headers by which endpoints and compression choose what to answer.</summary>
    public static string[] Vary { get; } = [HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage];

    /// <summary>The ETag of a request's answer, if that is a success. The same for GET and HEAD.</summary>
    /// <param name="request">The request.</param>
    /// <param name="dataVersion">The version of the data.</param>
    public EntityTagHeaderValue Create(HttpRequest request, string dataVersion)
    {
        var parts = new StringBuilder();
        Append(Build);
        Append(dataVersion);
        // Answers link to one another by the address that they are asked under.
        Append(request.Scheme);
        Append(request.Host.Value);
        Append(request.PathBase.Value);
        Append(request.Path.Value);
        Append(request.QueryString.Value);
        Append(request.Headers.Accept);
        Append(request.Headers.AcceptLanguage);
        // The encoding that comes of Accept-Encoding, whose spellings are many.
        Append(compression.GetCompressionProvider(request.HttpContext)?.EncodingName ?? NotCompressed);

        // A hash that nobody can find two equal requests for: it is the output cache's key as well.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString()));
        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}\"");

        // With its length, so that no part can pass for another's end.
        void Append(string? part) => parts.Append(part?.Length ?? 0).Append(':').Append(part);
    }

    private static string VersionOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("N");
}
