using PipelineGen.Rows;

namespace PipelineGen.Hosting;

/// <summary>Tables of a pipeline as they are named on a command line: <c>public.orders</c> or <c>orders</c>.</summary>
internal static class TableNames
{
    /// <summary>The tables of these names, in the pipeline's order.</summary>
    /// <exception cref="UsageException">The pipeline has no table of that name.</exception>
    public static IReadOnlyList<TableLayout> Resolve(PipelineDefinition definition, IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            if (definition.Tables.Any(table => IsNamed(table.Layout, name)))
                continue;
            string nearest = EditDistance.Nearest(name, definition.Tables.SelectMany(static table => (string[])[table.Layout.FullName, table.Layout.Name]));
            throw new UsageException($"pipeline {definition.Name} has no table '{name}'. Did you mean {nearest}?");
        }

        return [.. definition.Tables.Select(static t => t.Layout).Where(layout => names.Any(name => IsNamed(layout, name)))];
    }

    private static bool IsNamed(TableLayout layout, string name) => name == layout.FullName || name == layout.Name;
}
