using System.Text.Json.Serialization;
using Cities.Api;
using Cities.Api.Documentation;
using Cities.Api.Endpoints;
using Cities.Api.Errors;
using Cities.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCitiesDatabase();
builder.AddErrors();
builder.AddDocumentation();
builder.Services.AddValidation();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
});

var app = builder.Build();
app.UseErrors();
app.UseDocumentation();
app.MapDefaultEndpoints();

var api = app.MapGroup("/api/v1").WithCommonResponses();
api.MapCities();
api.MapDistricts();
api.MapCountries();
api.MapRegions();
api.MapSubregions();

app.Run();
