using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>A generated column's expression as SHOW CREATE TABLE prints it, columns in backticks; what has no such form here is shown as it was written.</summary>
internal static class GenerationText
{
    public static string Print(Expression expression) => TryPrint(expression) ?? expression.Written;

    private static string? TryPrint(Expression expression) => expression switch
    {
        ColumnExpression { Table: null } column => Identifiers.Backtick(column.Name),
        LiteralExpression { Source: SourceKind.Number or SourceKind.Null } literal => literal.Text,
        LiteralExpression { Source: SourceKind.True or SourceKind.False } literal => literal.Source == SourceKind.True ? "TRUE" : "FALSE",
        LiteralExpression { Source: SourceKind.String } text when text.Text.AsSpan().IndexOfAny('\'', '\\') < 0 => $"'{text.Text}'",
        BinaryExpression { Operator: "+" or "-" or "*" or "/" or "%" } binary => Join(Operand(binary.Left), $" {binary.Operator} ", Operand(binary.Right)),
        CallExpression { Distinct: false } call => call.Arguments.Select(TryPrint).ToArray() is var arguments && Array.TrueForAll(arguments, a => a is not null)
            ? $"{call.Name}({string.Join(", ", arguments)})"
            : null,
        _ => null,
    };

    private static string? Operand(Expression expression) => TryPrint(expression) is not { } text ? null
        : expression is ColumnExpression or LiteralExpression ? text
        : $"({text})";

    private static string? Join(string? left, string between, string? right) => left is null || right is null ? null : left + between + right;
}
