using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Api;

/// <summary>The serializers of all requests and responses, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false,
    Converters =
    [
        typeof(CamelCaseEnumConverter<ApiRole>),
        typeof(CamelCaseEnumConverter<AuditAction>),
        typeof(CamelCaseEnumConverter<ImportJobOperation>),
        typeof(CamelCaseEnumConverter<ImportKind>),
        typeof(CamelCaseEnumConverter<ImportOperation>),
        typeof(CamelCaseEnumConverter<ImportOutcome>),
        typeof(CamelCaseEnumConverter<ImportRequestState>),
        typeof(CamelCaseEnumConverter<Origin>),
        typeof(CamelCaseEnumConverter<PolygonType>),
        typeof(CamelCaseEnumConverter<SignIn>),
    ])]
[JsonSerializable(typeof(CityPatchRequest))]
[JsonSerializable(typeof(NewCityRequest))]
[JsonSerializable(typeof(LocalNameRequest))]
[JsonSerializable(typeof(PolygonRequest))]
[JsonSerializable(typeof(ImportJobRequest))]
[JsonSerializable(typeof(BatchRequest<JsonElement>))]
[JsonSerializable(typeof(BatchRequest<GeocodeItem>))]
[JsonSerializable(typeof(BatchRequest<ReverseItem>))]
[JsonSerializable(typeof(BatchError))]
[JsonSerializable(typeof(DistanceResponse))]
[JsonSerializable(typeof(TimezoneResponse))]
[JsonSerializable(typeof(Page<ImportRunResponse>))]
[JsonSerializable(typeof(Page<ImportJobResponse>))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(AdminCityResponse))]
[JsonSerializable(typeof(LocalNameResponse))]
[JsonSerializable(typeof(Page<CorrectionResponse>))]
[JsonSerializable(typeof(Page<AuditEntryResponse>))]
[JsonSerializable(typeof(CallerResponse))]
[JsonSerializable(typeof(Cursor))]
// The OpenAPI documents also describe the types of parameters and bodies.
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(LandingPageResponse))]
[JsonSerializable(typeof(ConformanceResponse))]
[JsonSerializable(typeof(CollectionsResponse))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(List<Ogc.LinkResponse>))]
[JsonSerializable(typeof(TileJsonResponse))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

/// <summary>Serializes enums as their names in camel case. Does not accept numbers.</summary>
internal sealed class CamelCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
