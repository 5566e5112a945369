using System.Globalization;
using System.Text.RegularExpressions;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>One token of an <c>expect</c> line: <c>Status=Success</c>, <c>Message~"too many"</c>, <c>ErrorURL?</c>, <c>!Db</c>, <c>TxnId:int</c>.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Key">A field of the reply, or <c>http</c>, <c>body</c>, <c>header.NAME</c> and the like.</param>
/// <param name="Operator">How the value is compared.</param>
/// <param name="Value">What with; placeholders not yet filled in.</param>
internal sealed record Expectation(int Line, string Key, ExpectedAs Operator, string Value)
{
    /// <summary>What is wrong with the fact, or null.</summary>
    public string? Mismatch(Fact? fact, string value) => Operator switch
    {
        ExpectedAs.Absent => fact is null ? null : $"expected no {Key}, got {fact}",
        _ when fact is null => $"expected {this with { Value = value }}, but there is no {Key}",
        ExpectedAs.Present => null,
        ExpectedAs.Equal when fact.Text == value => null,
        ExpectedAs.Different when fact.Text != value => null,
        ExpectedAs.Containing when TextMatch.Contains(fact.Text, value) => null,
        ExpectedAs.NotContaining when !TextMatch.Contains(fact.Text, value) => null,
        ExpectedAs.Matching when Regex.IsMatch(fact.Text, value, RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(5)) => null,
        ExpectedAs.AtLeast when decimal.TryParse(fact.Text, CultureInfo.InvariantCulture, out decimal number) && number >= decimal.Parse(value, CultureInfo.InvariantCulture) => null,
        ExpectedAs.AtMost when decimal.TryParse(fact.Text, CultureInfo.InvariantCulture, out decimal number) && number <= decimal.Parse(value, CultureInfo.InvariantCulture) => null,
        ExpectedAs.OfKind when fact.Kind == value => null,
        _ => $"expected {this with { Value = value }}, got {fact}",
    };

    public override string ToString() => Operator switch
    {
        ExpectedAs.Absent => $"!{Key}",
        ExpectedAs.Present => $"{Key}?",
        ExpectedAs.Equal => $"{Key} = '{Value}'",
        ExpectedAs.Different => $"{Key} != '{Value}'",
        ExpectedAs.Containing => $"{Key} ~ '{Value}'",
        ExpectedAs.NotContaining => $"{Key} !~ '{Value}'",
        ExpectedAs.Matching => $"{Key} % '{Value}'",
        ExpectedAs.AtLeast => $"{Key} >= {Value}",
        ExpectedAs.AtMost => $"{Key} <= {Value}",
        _ => $"{Key} : {Value}",
    };
}

internal enum ExpectedAs
{
    Present,
    Absent,
    Equal,
    Different,
    Containing,
    NotContaining,
    Matching,
    AtLeast,
    AtMost,
    OfKind,
}

/// <summary>A field of a reply: its text and its JSON kind (string, int, number, bool, null, object, array).</summary>
internal sealed record Fact(string Text, string Kind = "string")
{
    public override string ToString() => $"{Kind} '{Text}'";
}

/// <summary>Texts whose parts between <c> ... </c> must occur in this order.</summary>
internal static class TextMatch
{
    public static bool Contains(string text, string parts)
    {
        int at = 0;
        foreach (string part in parts.Split(" ... "))
        {
            int found = text.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + part.Length;
        }

        return true;
    }
}
