using System.Text.Json;

namespace Cities.Api.Editing;

/// <summary>A merge patch (RFC 7396) to a city: the members that it has, with their values.</summary>
internal sealed class CityPatch
{
    /// <summary>What values are tried on before the city is known.</summary>
    private static readonly CityValuesResponse Any = CityValuesResponse.Example;

    private readonly Dictionary<CityMember, JsonElement> _values = [];

    /// <summary>Takes a member, once it has been checked.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isNew">Whether the city is a new one, which has nothing for a patch to be merged with.</param>
    /// <returns>False where there is no such member.</returns>
    /// <exception cref="FormatException">The value is wrong.</exception>
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
