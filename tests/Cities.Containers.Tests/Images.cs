using System.Text.Json;
using Cities.Testing;

namespace Cities.Containers.Tests;

/// <summary>The images under test: test.sh builds and names them where Docker answers.</summary>
internal static class Images
{
    /// <summary>The API's.</summary>
    public static string Api => Named("CITIES_API_IMAGE");

    /// <summary>The importer's.</summary>
    public static string Importer => Named("CITIES_IMPORTER_IMAGE");

    /// <summary>What both are built on.</summary>
    public const string Base = "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled";

    /// <summary>What Docker knows of an image.</summary>
    public static JsonElement Inspect(string image) =>
        JsonSerializer.Deserialize<JsonElement>(DockerCommand.Run("image", "inspect", image))[0];

    /// <summary>The digests of its layers, uncompressed, from the base upwards.</summary>
    public static string[] Layers(string image) =>
        Inspect(image).GetProperty("RootFS").GetProperty("Layers").Deserialize<string[]>()!;

    private static string Named(string variable)
    {
        var image = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(image), $"{variable} names no image: ./test.sh builds it where Docker answers.");
        return image!;
    }
}
