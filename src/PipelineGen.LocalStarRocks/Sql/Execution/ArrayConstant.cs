using System.Text;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

/// <summary>An array of constants as the JSON that conversion to a column takes.</summary>
internal static class ArrayConstant
{
    public static string Json(Expression value) => value switch
    {
        ArrayExpression array => "[" + string.Join(",", array.Items.Select(Json)) + "]",
        LiteralExpression { Source: SourceKind.Null } => "null",
        LiteralExpression { Source: SourceKind.True } => "true",
        LiteralExpression { Source: SourceKind.False } => "false",
        LiteralExpression { Source: SourceKind.Number } number => number.Text,
        LiteralExpression text => JsonText.Print(SourceKind.String, Encoding.UTF8.GetBytes(text.Text)),
        _ => throw StarRocksError.NotInStandIn("an array of other than constants"),
    };
}
