namespace Cities.Benchmarks.Api;

/// <summary>The files of Cities.StaticServer, which is the ceiling of every answer.</summary>
internal static class StaticServer
{
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
}
