using System.Text;

namespace PipelineGen.StarRocks;

/// <summary>Writes names and values into SQL text. STARROCKS.md sections 5.1 and 5.4.</summary>
public static class SqlText
{
    /// <summary>A name in backticks, backticks doubled.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a NUL, which no name may.</exception>
    public static string Identifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A name can't hold a NUL character.", nameof(name))
            : "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";
    }

    /// <summary>A string literal in single quotes. Backslashes and quotes are escaped: StarRocks always reads backslash escapes.</summary>
    public static string Literal(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var literal = new StringBuilder(value.Length + 2).Append('\'');
        foreach (char c in value)
        {
            literal.Append(c switch
            {
                '\\' => @"\\",
                '\'' => @"\'",
                '\0' => @"\0",
                '\n' => @"\n",
                '\r' => @"\r",
                '\u001a' => @"\Z",
                _ => null,
            } ?? c.ToString());
        }

        return literal.Append('\'').ToString();
    }
}
