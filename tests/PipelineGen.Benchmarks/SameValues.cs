using System.Text.Json;
using System.Text.Json.Nodes;

namespace PipelineGen.Benchmarks;

/// <summary>A comparison is fair only between operations that give the same values.</summary>
internal static class SameValues
{
    /// <exception cref="InvalidDataException">Two operations give different JSON values.</exception>
    public static void Require(RowOperations operations)
    {
        IReadOnlyList<(string Name, byte[] Json)> bodies = operations.Bodies();
        JsonObject first = Values(bodies[0].Json);
        foreach ((string name, byte[] json) in bodies)
        {
            JsonObject other = Values(json);
            if (!JsonNode.DeepEquals(first, other))
                throw new InvalidDataException($"{name} gives other values than {bodies[0].Name}:{Environment.NewLine}{other.ToJsonString()}{Environment.NewLine}{first.ToJsonString()}");
        }
    }

    private static JsonObject Values(byte[] json)
    {
        JsonObject row = JsonSerializer.Deserialize<JsonObject>(json)!;
        // Only a load's line says what to do with the row.
        row.Remove("__op");
        return row;
    }
}
