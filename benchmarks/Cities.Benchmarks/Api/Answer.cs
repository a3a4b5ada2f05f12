namespace Cities.Benchmarks.Api;

/// <summary>What the API answers to a request, and what it asks the database for that.</summary>
/// <param name="Path">The request.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Body">The body.</param>
/// <param name="Statements">The statements, with their values in them.</param>
internal sealed record Answer(string Path, string ContentType, byte[] Body, IReadOnlyList<string> Statements);
