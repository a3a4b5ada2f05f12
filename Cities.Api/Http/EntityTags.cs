using System.Buffers;
using System.Reflection;
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
        using var identity = Identify(request, dataVersion, stackalloc char[RequestIdentity.StackLength]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(identity.Text), hash);
        return $"\"{Convert.ToHexStringLower(hash[..HashBytes])}\"";
    }

    /// <summary>
    /// Writes everything that the bytes of an answer depend on. Different answers have different texts.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="dataVersion">The version of the data.</param>
    /// <param name="buffer">Memory for a text of usual length.</param>
    public RequestIdentity Identify(HttpRequest request, string dataVersion, Span<char> buffer)
    {
        var identity = new RequestIdentity(buffer);
        identity.Append(Build);
        identity.Append(dataVersion);
        // Answers have links with the address that the client has used.
        identity.Append(request.Scheme);
        identity.Append(request.Host.Value);
        identity.Append(request.PathBase.Value);
        identity.Append(request.Path.Value);
        identity.Append(request.QueryString.Value);
        identity.Append(request.Headers.Accept);
        identity.Append(request.Headers.AcceptLanguage);
        // The chosen encoding, because there are many spellings of Accept-Encoding.
        identity.Append(compression.GetCompressionProvider(request.HttpContext)?.EncodingName ?? NotCompressed);
        return identity;
    }

    private static string VersionOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("N");
}

/// <summary>A text in memory of its caller, or in rented memory if it is longer.</summary>
internal ref struct RequestIdentity(Span<char> buffer)
{
    /// <summary>A length that is enough for most requests.</summary>
    public const int StackLength = 512;

    private Span<char> _buffer = buffer;
    private char[]? _rented;
    private int _length;

    /// <summary>The text.</summary>
    public readonly ReadOnlySpan<char> Text => _buffer[.._length];

    /// <summary>
    /// Appends a part with its length, so that the end of one part cannot pass for the start of the next.
    /// </summary>
    public void Append(string? part)
    {
        var length = part?.Length ?? 0;
        if (_length + length + 2 > _buffer.Length)
            Grow(length + 2);
        _buffer[_length++] = (char)(length >> 16);
        _buffer[_length++] = (char)length;
        part.AsSpan().CopyTo(_buffer[_length..]);
        _length += length;
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<char>.Shared.Return(_rented);
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(2 * _buffer.Length, _length + needed));
        Text.CopyTo(larger);
        Dispose();
        _buffer = _rented = larger;
    }
}
