using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Allows web pages of other sites to call the API, with all of its methods. The API uses no cookies or other
/// credentials that a browser adds to requests automatically, so a page can read only public data, or read and edit
/// what its own key permits.
/// </summary>
internal static class Cors
{
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(1);

    public static void AddCors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>((cors, api) =>
            cors.AddDefaultPolicy(policy =>
            {
                policy
                    .WithMethods(
                        HttpMethods.Get,
                        HttpMethods.Head,
                        HttpMethods.Options,
                        HttpMethods.Post,
                        HttpMethods.Patch,
                        HttpMethods.Delete)
                    .AllowAnyHeader()
                    .WithExposedHeaders(
                        HeaderNames.ETag,
                        HeaderNames.Location,
                        HeaderNames.Link,
                        HeaderNames.ContentLanguage,
                        HeaderNames.RetryAfter,
                        HeaderNames.Allow,
                        HeaderNames.WWWAuthenticate)
                    .SetPreflightMaxAge(PreflightMaxAge);
                if (api.Value.Cors.AllowsAny)
                    policy.AllowAnyOrigin();
                else
                    policy.WithOrigins(api.Value.Cors.List());
            }));
    }
}

/// <summary>The section <c>Api:Cors</c>.</summary>
internal sealed class CrossOriginOptions : IValidatableObject
{
    /// <summary>The allowed origins, comma-separated. <c>*</c> allows any origin; an empty value allows none.</summary>
    public string Origins { get; set; } = "*";

    public bool AllowsAny => Origins.Trim() == "*";

    public string[] List() =>
        Origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from origin in AllowsAny ? [] : List()
        where !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase))
        select new ValidationResult(
            $"'{origin}' is not an origin, such as https://www.example.org.", [nameof(Origins)]);
}
