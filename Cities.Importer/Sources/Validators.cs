using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Importer.Sources;

/// <summary>The validators of a cached file (RFC 9110, section 8.8), stored in a file next to it.</summary>
internal sealed record Validators(string? ETag, DateTimeOffset? LastModified)
{
    /// <summary>The condition for resuming a download, which requires a strong validator.</summary>
    [JsonIgnore]
    public RangeConditionHeaderValue? ForRange =>
        EntityTagHeaderValue.TryParse(ETag, out var tag) && !tag.IsWeak
            ? new RangeConditionHeaderValue(tag)
            : LastModified is { } date ? new RangeConditionHeaderValue(date) : null;

    public static Validators Of(HttpResponseMessage response) =>
        new(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);

    /// <summary>Reads the validators of a file, or null if they are missing or invalid.</summary>
    public static async Task<Validators?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(PathBeside(path));
            return await JsonSerializer.DeserializeAsync(
                stream, ValidatorsJsonContext.Default.Validators, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes a partial download with its validators.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(PathBeside(path));
    }

    public static void Move(string from, string to) => File.Move(PathBeside(from), PathBeside(to), overwrite: true);

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.Create(PathBeside(path));
        await JsonSerializer.SerializeAsync(stream, this, ValidatorsJsonContext.Default.Validators, cancellationToken);
    }

    public void MakeConditional(HttpRequestHeaders headers)
    {
        if (EntityTagHeaderValue.TryParse(ETag, out var tag))
            headers.IfNoneMatch.Add(tag);
        headers.IfModifiedSince = LastModified;
    }

    private static string PathBeside(string path) => path + ".http.json";
}

[JsonSerializable(typeof(Validators))]
internal sealed partial class ValidatorsJsonContext : JsonSerializerContext;
