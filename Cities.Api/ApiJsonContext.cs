using System.Text.Json;
using System.Text.Json.Serialization;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api;

/// <summary>Serializers made at compile time for all that the API answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Page<CityResponse>))]
[JsonSerializable(typeof(Page<CityNameResponse>))]
[JsonSerializable(typeof(Page<DistrictResponse>))]
[JsonSerializable(typeof(Page<CountryResponse>))]
[JsonSerializable(typeof(Page<RegionResponse>))]
[JsonSerializable(typeof(Page<SubregionResponse>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
