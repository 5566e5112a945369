using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace PipelineGen.Generators.Parsing;

/// <summary>C# names for Postgres names.</summary>
internal static class CSharpName
{
    /// <summary>
    /// <c>order_line</c> -> <c>OrderLine</c>. What is no letter or digit separates words; a name that would begin with a
    /// digit gets an underscore; letter case inside a word stays.
    /// </summary>
    /// <param name="ifEmpty">The result where nothing of the name can stand in C#.</param>
    public static string Pascal(string name, string ifEmpty)
    {
        var pascal = new StringBuilder(name.Length);
        bool atWordStart = true;
        foreach (char c in name)
        {
            // SyntaxFacts knows the letters of C#; an underscore separates words here.
            if (c == '_' || !SyntaxFacts.IsIdentifierPartCharacter(c))
            {
                atWordStart = true;
                continue;
            }

            pascal.Append(atWordStart ? char.ToUpperInvariant(c) : c);
            atWordStart = false;
        }

        if (pascal.Length == 0)
            return ifEmpty;
        return SyntaxFacts.IsIdentifierStartCharacter(pascal[0]) ? pascal.ToString() : "_" + pascal;
    }

    /// <summary>With '@' where the name is a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>The name, or the name with the first number that makes it free; takes it.</summary>
    public static string TakeFree(string name, HashSet<string> taken)
    {
        string free = name;
        for (int number = 2; !taken.Add(free); number++)
            free = name + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return free;
    }
}
