// The ten cities nearest to a point: `dotnet run --project samples/Cities.Sample -- 51.5072 -0.1276`.

using System.Globalization;
using Cities.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is not [var latitude, var longitude]
    || !double.TryParse(latitude, CultureInfo.InvariantCulture, out var lat)
    || !double.TryParse(longitude, CultureInfo.InvariantCulture, out var lon))
{
    Console.Error.WriteLine("Usage: Cities.Sample LATITUDE LONGITUDE (degrees, north and east positive)");
    return 2;
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.None);
builder.AddCitiesClient();
using var host = builder.Build();
await host.StartAsync();

// Ctrl+C stops the host, and so the request.
var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var cities = host.Services.GetRequiredService<ICitiesClient>();
try
{
    var nearest = await cities.NearestCitiesAsync(lat, lon, k: 10, fields: "name,countryCode,distance", cancellationToken: stopping);
    foreach (var city in nearest.Results)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{city.Distance / 1000,7:F1} km  {city.Name} ({city.CountryCode})"));
    return 0;
}
catch (CitiesApiException<HttpValidationProblemDetails> invalid)
{
    foreach (var (parameter, errors) in invalid.Result.Errors ?? new Dictionary<string, IReadOnlyList<string>>())
        Console.Error.WriteLine($"{parameter}: {string.Join(' ', errors)}");
    return 1;
}
catch (Exception exception) when (exception is CitiesApiException or HttpRequestException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
