// The ceiling of every answer: Kestrel, routing, and bytes in memory. Serves the files that Cities.Benchmarks has written into
// a folder, each at the path and query that it begins with, until the process ends.
var answers = Directory.GetFiles(args[0], "*.answer").Select(Read).ToDictionary(answer => answer.Path);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/{**path}", async (HttpContext context) =>
{
    var (_, contentType, body) = answers[context.Request.Path + context.Request.QueryString];
    context.Response.ContentType = contentType;
    context.Response.ContentLength = body.Length;
    await context.Response.Body.WriteAsync(body, context.RequestAborted);
});
app.Run();

static (string Path, string ContentType, byte[] Body) Read(string file)
{
    using var reader = new BinaryReader(File.OpenRead(file));
    return (reader.ReadString(), reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
}
