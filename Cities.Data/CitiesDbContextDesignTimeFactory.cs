using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Cities.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> work without a host and without a database.</summary>
internal sealed class CitiesDbContextDesignTimeFactory : IDesignTimeDbContextFactory<CitiesDbContext>
{
    public CitiesDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<CitiesDbContext>();
        options.UseNpgsql("Host=localhost;Database=citiesdb");
        options.UseCities();
        return new CitiesDbContext(options.Options);
    }
}
