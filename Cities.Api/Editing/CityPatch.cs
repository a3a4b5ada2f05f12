using System.Text.Json;

namespace Cities.Api.Editing;

/// <summary>A merge patch (RFC 7396) of a city: the properties in the request with their values.</summary>
internal sealed class CityPatch
{
    /// <summary>A city to validate values with before the database is read.</summary>
    private static readonly CityValuesResponse Any = CityValuesResponse.Example;

    private readonly Dictionary<CityMember, JsonElement> _values = [];

    /// <summary>Validates a property and adds it to the patch.</summary>
    /// <param name="name">The name of the property.</param>
    /// <param name="value">The value of the property.</param>
    /// <param name="isNew">Whether the city is new, so that the patch has no location to merge with.</param>
    /// <returns>False if the property is unknown.</returns>
    /// <exception cref="FormatException">The value is invalid.</exception>
    public bool TryTake(string name, JsonElement value, bool isNew = false)
    {
        if (CityMember.Find(name) is not { } member)
            return false;
        member.With(isNew ? Any with { Location = null! } : Any, value);
        _values.Add(member, value.Clone());
        return true;
    }

    public bool Has(string name) => _values.Keys.Any(member => member.Name == name);

    public CityValuesResponse ApplyTo(CityValuesResponse city) =>
        _values.Aggregate(city, (patched, value) => value.Key.With(patched, value.Value));
}
