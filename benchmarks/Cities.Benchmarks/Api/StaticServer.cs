using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cities.Benchmarks.Api;

/// <summary>The floor of every answer: Kestrel, routing, and bytes that are in memory.</summary>
internal static class StaticServer
{
    /// <summary>Serves the files of a folder, each under the path and query that it begins with, until the process ends.</summary>
    public static void Run(string folder)
    {
        var answers = Directory.GetFiles(folder, "*.answer").Select(Read).ToDictionary(answer => answer.Path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/{**path}", async (HttpContext context) =>
        {
            var answer = answers[context.Request.Path + context.Request.QueryString];
            context.Response.ContentType = answer.ContentType;
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        });
        app.Run();
    }

    /// <summary>Writes answers to serve.</summary>
    public static void Write(string folder, IEnumerable<Answer> answers)
    {
        Directory.CreateDirectory(folder);
        foreach (var (index, answer) in answers.Index())
        {
            using var file = File.Create(Path.Combine(folder, $"{index}.answer"));
            using var writer = new BinaryWriter(file);
            writer.Write(answer.Path);
            writer.Write(answer.ContentType);
            writer.Write(answer.Body.Length);
            writer.Write(answer.Body);
        }
    }

    private static Answer Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        return new Answer(reader.ReadString(), reader.ReadString(), reader.ReadBytes(reader.ReadInt32()), []);
    }
}
