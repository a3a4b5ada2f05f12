using System.Text.Json.Serialization;
using Cities.Api;

if (args is [HealthProbe.Option])
    return await HealthProbe.RunAsync();

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCitiesDatabase();
builder.AddHttp();
builder.AddMapPages();
builder.AddPrometheus();
builder.AddDocumentation();
builder.AddOgcDocumentation();
builder.AddMcp();
builder.Services.AddSingleton<FeatureResults>();
builder.Services.AddSingleton<BatchResults>();
builder.Services.AddSingleton<Statistics>();
builder.Services.AddValidation();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    options.SerializerOptions.AllowDuplicateProperties = false;
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
    foreach (var converter in ApiJsonContext.Default.Options.Converters)
        options.SerializerOptions.Converters.Add(converter);
});

var app = builder.Build();
app.UseMapPages();
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
api.MapContinents();
api.MapCountries();
api.MapRegions();
api.MapSubregions();
api.MapPlaces();
api.MapStats();

var current = app.MapGroup("/api/v1").WithCommonResponses().WithoutCaching();
current.MapImports();
current.MapTimezone();
current.MapBatches();

var admin = app.MapGroup("/api/v1/admin").WithTags("Administration").WithCommonResponses().WithoutCaching();
admin.MapCaller();
admin.MapEditing();
admin.MapAudit();
admin.MapImportJobs();

app.MapOgc();
app.MapTiles();
app.MapMcp();
app.MapPages();

await app.RunToEndAsync();
return 0;
