using PipelineGen.Generators.Emit.Templating;

namespace PipelineGen.Generators.Tests.Templating;

/// <summary>The in-repo renderer against Scriban's documented behaviour, for the subset that the templates use.</summary>
public sealed class SubsetTemplateTests
{
    private static readonly TemplateObject Model = new()
    {
        ["name"] = "Order",
        ["empty"] = "",
        ["nothing"] = null,
        ["yes"] = true,
        ["no"] = false,
        ["zero"] = 0,
        ["inner"] = new TemplateObject { ["deep"] = new TemplateObject { ["value"] = 7 } },
        ["items"] = new List<TemplateObject>
        {
            new() { ["id"] = "a", ["parts"] = new List<TemplateObject> { new() { ["id"] = "1" }, new() { ["id"] = "2" } } },
            new() { ["id"] = "b", ["parts"] = new List<TemplateObject>() },
            new() { ["id"] = "c", ["parts"] = new List<TemplateObject> { new() { ["id"] = "3" } } },
        },
        ["none"] = new List<TemplateObject>(),
    };

    [Theory]
    [InlineData("plain { text } }}", "plain { text } }}")]
    [InlineData("{{ name }}", "Order")]
    [InlineData("{{name}}-{{ inner.deep.value }}", "Order-7")]
    [InlineData("[{{ nothing }}{{ empty }}]", "[]")]
    [InlineData("{{ yes }} {{ no }} {{ zero }} {{ \"text\" }} {{ 12 }}", "true false 0 text 12")]
    public void Output(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ if yes }}a{{ end }}", "a")]
    [InlineData("{{ if no }}a{{ end }}", "")]
    [InlineData("{{ if nothing }}a{{ else }}b{{ end }}", "b")]
    [InlineData("{{ if empty }}a{{ end }}{{ if zero }}b{{ end }}", "ab")] // As in Scriban: only null and false are false.
    [InlineData("{{ if no }}a{{ else if yes }}b{{ else }}c{{ end }}", "b")]
    [InlineData("{{ if no }}a{{ else if nothing }}b{{ else }}c{{ end }}", "c")]
    [InlineData("{{ if !no && (nothing || yes) }}a{{ end }}", "a")]
    [InlineData("{{ if name == \"Order\" }}a{{ end }}{{ if zero != 0 }}b{{ end }}{{ if nothing == null }}c{{ end }}", "ac")]
    [InlineData("{{ if yes || missing }}short{{ end }}", "short")]
    public void Conditions(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ for i in items }}{{ i.id }}{{ end }}", "abc")]
    [InlineData("{{ for i in none }}x{{ end }}", "")]
    [InlineData("{{ for i in items }}{{ if !for.first }}, {{ end }}{{ for.index }}{{ i.id }}{{ if for.last }}.{{ end }}{{ end }}", "0a, 1b, 2c.")]
    [InlineData("{{ for i in items }}{{ i.id }}:{{ for p in i.parts }}{{ i.id }}{{ p.id }}{{ if for.last }};{{ end }}{{ end }}{{ for.index }} {{ end }}", "a:a1a2;0 b:1 c:c3;2 ")]
    public void Loops(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("a  {{~ name ~}}  b", "aOrderb")]
    [InlineData("a\n  {{~ name ~}}  \n  b", "a\nOrder  b")] // The line end before stays, the one after goes.
    [InlineData("a\n\n  {{~ if yes ~}}\n  b\n  {{~ end ~}}\n\nc", "a\n\n  b\n\nc")]
    [InlineData("{{~ for i in items ~}}\n{{ i.id }},\n{{~ end ~}}\n", "a,\nb,\nc,\n")]
    public void Whitespace(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ name", "t(1): expected '}}', found the end of the template")]
    [InlineData("a\n{{ name\n}}", "t(2): a statement has to end on its line with '}}'")]
    [InlineData("{{ \"open }}", "t(1): a string is not closed")]
    [InlineData("{{ \"a\\n\" }}", "t(1): strings with escapes are outside the subset")]
    [InlineData("{{ name | upcase }}", "t(1): unexpected '|'")]
    [InlineData("{{ name name }}", "t(1): expected '}}', found 'name': it is outside the subset of Scriban that this renderer knows")]
    [InlineData("{{ if yes }}", "t(1): expected 'end', found the end of the template")]
    [InlineData("x\n{{ end }}", "t(2): 'end' without 'if' or 'for'")]
    [InlineData("{{ else }}", "t(1): 'else' without 'if' or 'for'")]
    [InlineData("{{ if yes }}{{ else }}{{ else }}{{ end }}", "t(1): expected 'end' after 'else'")]
    [InlineData("{{ for in items }}{{ end }}", "t(1): expected 'in'")]
    [InlineData("{{ for i items }}{{ end }}", "t(1): expected 'in'")]
    [InlineData("{{ for i in items }}{{ else }}{{ end }}", "t(1): expected 'end' of 'for'")]
    [InlineData("{{ (yes }}", "t(1): expected ')'")]
    [InlineData("{{ }}", "t(1): expected a value, found '}}'")]
    [InlineData("{{ name. }}", "t(1): expected a member")]
    public void TemplateErrors(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => SubsetTemplate.Parse("t", template)).Message);

    [Theory]
    [InlineData("{{ missing }}", "t(1): 'missing' is not defined")]
    [InlineData("\n{{ inner.missing }}", "t(2): there is no member 'missing'")]
    [InlineData("{{ name.length }}", "t(1): '.length' needs an object before it")]
    [InlineData("{{ nothing.x }}", "t(1): '.x' needs an object before it")]
    [InlineData("{{ for i in name }}{{ end }}", "t(1): 'for' needs a list")]
    [InlineData("{{ items }}", "t(1): a list or an object has no text")]
    public void ModelErrors(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Render(template)).Message);

    [Fact]
    public void LoopVariables_DoNotOutliveTheLoop() =>
        Assert.Throws<TemplateException>(static () => Render("{{ for i in items }}{{ end }}{{ i.id }}"));

    private static string Render(string template) => SubsetTemplate.Parse("t", template).Render(Model);
}
