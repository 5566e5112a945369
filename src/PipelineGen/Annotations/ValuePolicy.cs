namespace PipelineGen;

/// <summary>
/// What becomes of a value that the StarRocks column's type can't hold: infinity in a DATE, NaN in a DECIMAL, a text that is
/// longer than its VARCHAR. Chosen for a column, a class or the project; the nearest choice wins (TYPES.md, rules 1 and 3).
/// </summary>
public enum ValuePolicy
{
    /// <summary>Nothing is chosen here: the class's, then the project's choice, then <see cref="Error"/>.</summary>
    Default,

    /// <summary>The pipeline stops and names table, key, column, value and the attribute that would decide it.</summary>
    Error,

    /// <summary>The value becomes NULL; the StarRocks column can be NULL then, whatever Postgres says. Not for key columns.</summary>
    Null,

    /// <summary>The nearest value that the column holds; a value that has none (NaN, an array of another shape) stops the pipeline.</summary>
    Clamp,

    /// <summary>The column is a VARCHAR and carries every value as the text that Postgres prints.</summary>
    Text,

    /// <summary>The row goes to the table <c>_pipelinegen_quarantine</c> with key, column, value and reason; the rest goes on.</summary>
    Quarantine,
}
