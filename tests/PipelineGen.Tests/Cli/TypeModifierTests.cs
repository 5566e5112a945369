using PipelineGen.Cli.Catalog;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Tests.Cli;

public class TypeModifierTests
{
    [Theory]
    [InlineData("numeric", -1, new int[0])]
    [InlineData("numeric", (10 << 16) + 2 + 4, new[] { 10, 2 })]
    [InlineData("numeric", (5 << 16) + (-2 & 0x7FF) + 4, new[] { 5, -2 })]
    [InlineData("numeric", (1000 << 16) + 1000 + 4, new[] { 1000, 1000 })]
    [InlineData("numeric", (3 << 16) + (-1000 & 0x7FF) + 4, new[] { 3, -1000 })]
    [InlineData("varchar", 24, new[] { 20 })]
    [InlineData("bpchar", 5, new[] { 1 })]
    [InlineData("bit", 4, new[] { 4 })]
    [InlineData("timestamptz", 0, new[] { 0 })]
    [InlineData("interval", 0x7FFF_FFFF, new int[0])]
    [InlineData("interval", 0x7FFF_0003, new[] { 3 })]
    [InlineData("interval", (4 << 16) | 0xFFFF, new[] { 6, 4 })]
    public void Built_in_modifiers_are_what_was_declared(string type, int modifier, int[] expected) =>
        Assert.Equal(expected, TypeModifier.Decode(new QualifiedName(QualifiedName.BuiltIn, type), modifier, formatted: null));

    [Theory]
    [InlineData("public.vector(3)", new[] { 3 })]
    [InlineData("public.vector(3)[]", new[] { 3 })]
    [InlineData("public.geometry(Point,4326)", new[] { 4326 })]
    [InlineData("public.\"odd(name)\"", new int[0])]
    [InlineData("public.\"odd(9)\"(7, 8)", new[] { 7, 8 })]
    public void Other_modifiers_are_the_numbers_of_their_text(string formatted, int[] expected) =>
        Assert.Equal(expected, TypeModifier.Decode(new QualifiedName("public", "x"), 1, formatted));
}
