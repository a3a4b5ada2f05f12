using System.Text.Json.Serialization;

namespace Cities.ServiceDefaults;

/// <summary>The body of the health endpoints.</summary>
/// <param name="Status">The worst status of the checks: Healthy, Degraded or Unhealthy.</param>
/// <param name="Checks">The checks by name.</param>
public sealed record HealthResponse(string Status, IReadOnlyDictionary<string, HealthCheckResponse> Checks);

/// <summary>One check in a <see cref="HealthResponse"/>.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
/// <param name="Description">The reason, or null.</param>
public sealed record HealthCheckResponse(string Status, string? Description);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthResponse))]
internal sealed partial class HealthJsonContext : JsonSerializerContext;
