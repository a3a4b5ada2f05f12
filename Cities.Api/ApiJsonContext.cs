using System.Text.Json;
using System.Text.Json.Serialization;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api;

/// <summary>Serializers made at compile time for all that the API answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Page<CityResponse>))]
[JsonSerializable(typeof(Page<SearchResponse>))]
[JsonSerializable(typeof(Page<PostalCodeResponse>))]
[JsonSerializable(typeof(Page<AlternativeNameResponse>))]
[JsonSerializable(typeof(ReverseResponse))]
[JsonSerializable(typeof(DistanceResponse))]
[JsonSerializable(typeof(Page<CityNameResponse>))]
[JsonSerializable(typeof(Page<DistrictResponse>))]
[JsonSerializable(typeof(Page<CountryResponse>))]
[JsonSerializable(typeof(Page<RegionResponse>))]
[JsonSerializable(typeof(Page<SubregionResponse>))]
[JsonSerializable(typeof(Page<ImportRunResponse>))]
[JsonSerializable(typeof(Page<ImportRequestResponse>))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(AdminCityResponse))]
[JsonSerializable(typeof(LocalNameResponse))]
[JsonSerializable(typeof(Page<CorrectionResponse>))]
[JsonSerializable(typeof(Page<AuditEntryResponse>))]
[JsonSerializable(typeof(CallerResponse))]
[JsonSerializable(typeof(Features.Cursor))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(Ogc.LandingPageResponse))]
[JsonSerializable(typeof(Ogc.ConformanceResponse))]
[JsonSerializable(typeof(Ogc.CollectionsResponse))]
[JsonSerializable(typeof(List<Ogc.LinkResponse>))]
[JsonSerializable(typeof(Tiles.TileJsonResponse))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
