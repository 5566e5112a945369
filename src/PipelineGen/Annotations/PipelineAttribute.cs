namespace PipelineGen;

/// <summary>
/// Makes a partial class a pipeline over the given row types. Slot, publication and label prefix default to its name.
/// </summary>
/// <param name="name">Lower-case letters, digits and underscores, at most 63: it names a replication slot.</param>
/// <param name="rows">The row types, each with <see cref="PostgresTableAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PipelineAttribute(string name, params Type[] rows) : Attribute
{
    public string Name { get; } = name;

    public IReadOnlyList<Type> Rows { get; } = rows;
}
