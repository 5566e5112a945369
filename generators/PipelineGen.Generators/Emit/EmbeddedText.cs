using System.Globalization;
using System.Text;

namespace PipelineGen.Generators.Emit;

/// <summary>Texts inside XML documentation comments and inside JSON.</summary>
internal static class EmbeddedText
{
    /// <summary>On one line, escaped; characters that XML can't hold become spaces.</summary>
    public static string Xml(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            switch (c)
            {
                case '<': xml.Append("&lt;"); break;
                case '>': xml.Append("&gt;"); break;
                case '&': xml.Append("&amp;"); break;
                default: xml.Append(IsLineEnd(c) || char.IsControl(c) || c is '\uFFFE' or '\uFFFF' ? ' ' : c); break;
            }
        }

        return xml.ToString();
    }

    /// <summary>On one line, for a <c>//</c> comment.</summary>
    public static string Comment(string text) => new(text.Select(static c => IsLineEnd(c) || char.IsControl(c) ? ' ' : c).ToArray());

    /// <summary>A JSON string with its quotes.</summary>
    public static string Json(string text)
    {
        var json = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c < ' ')
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                json.Append(c);
        }

        return json.Append('"').ToString();
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';
}
