using System.Text.Json.Serialization;
using Cities.Api;
using Cities.Api.Documentation;
using Cities.Api.Endpoints;
using Cities.Api.Explorer;
using Cities.Api.Features;
using Cities.Api.Http;
using Cities.Api.Ogc;
using Cities.Api.Telemetry;
using Cities.Api.Tiles;
using Cities.ServiceDefaults;

if (args is [HealthProbe.Option])
    return await HealthProbe.RunAsync();

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCitiesDatabase();
builder.AddHttp();
builder.AddExplorer();
builder.AddPrometheus();
builder.AddDocumentation();
builder.AddOgcDocumentation();
builder.Services.AddSingleton<Counts>();
builder.Services.AddSingleton<Snapshots>();
builder.Services.AddSingleton<Extents>();
builder.Services.AddSingleton<Statistics>();
builder.Services.AddValidation();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
});

var app = builder.Build();
app.UseExplorer();
app.UseHttp();
app.UseDocumentation();
app.MapDefaultEndpoints();
app.MapPrometheus();

var api = app.MapGroup("/api/v1").WithCommonResponses().WithHttpCaching();
api.MapCities();
api.MapSearch();
api.MapGeography();
api.MapDistricts();
api.MapPostalCodes();
api.MapCountries();
api.MapRegions();
api.MapSubregions();
api.MapStats();
app.MapGroup("/api/v1").WithCommonResponses().WithoutCaching().MapImports();

var admin = app.MapGroup("/api/v1/admin").WithTags("Administration").WithCommonResponses().WithoutCaching();
admin.MapCaller();
admin.MapAdminCities();
admin.MapAudit();
admin.MapAdminImports();

app.MapOgc();
app.MapTiles();
app.MapExplorer();

await app.RunToEndAsync();
return 0;
