namespace Cities.Api.Collections;

/// <summary>A page of a list, with links to the pages before and after it.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="Count">The number of results of the whole list.</param>
/// <param name="Next">The URL of the next page, or null on the last page.</param>
/// <param name="Previous">The URL of the previous page, or null on the first page.</param>
/// <param name="Results">The results of this page.</param>
public sealed record Page<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);
