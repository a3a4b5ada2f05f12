namespace Cities.Api.Collections;

/// <summary>A part of a list, with links to the parts before and after it.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
/// <param name="Count">How many results the whole list has.</param>
/// <param name="Next">Address of the next page, or null on the last.</param>
/// <param name="Previous">Address of the previous page, or null on the first.</param>
/// <param name="Results">The results of this page.</param>
public sealed record Page<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);
