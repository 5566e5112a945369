using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Model;

namespace PipelineGen.Generators.Parsing;

/// <summary>
/// A row type's declaration and, apart from it, where its parts stand. Only diagnostics see the locations: they have to
/// be raw ones of the syntax tree, since #pragma and .editorconfig apply to no others.
/// </summary>
internal sealed record ParsedRow(RowDeclaration Declaration, RowLocations Locations);

/// <summary>Where a row type's parts stand; equal when all of them stand in the same trees at the same places.</summary>
internal sealed class RowLocations(Dictionary<ProblemPlace, Location> locations) : IEquatable<RowLocations>
{
    private readonly Dictionary<ProblemPlace, Location> _locations = locations;

    public Location this[ProblemPlace place] =>
        _locations.TryGetValue(place, out Location? location) ? location
        : _locations.TryGetValue(new ProblemPlace.TableAttribute(), out location) ? location
        : Location.None;

    public bool Equals(RowLocations? other) =>
        other is not null && _locations.Count == other._locations.Count &&
        _locations.All(pair => other._locations.TryGetValue(pair.Key, out Location? location) && location.Equals(pair.Value));

    public override bool Equals(object? obj) => Equals(obj as RowLocations);

    public override int GetHashCode() => _locations.Count;
}
