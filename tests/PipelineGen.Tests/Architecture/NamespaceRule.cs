using System.Text.RegularExpressions;

namespace PipelineGen.Tests.Architecture;

/// <summary>Words that the code of a folder must not name; a star at a word's end stands for any rest. Comments may: they explain.</summary>
internal sealed partial record NamespaceRule(string Folder, params string[] Forbidden)
{
    /// <summary>What the file names and must not; one line each.</summary>
    public IEnumerable<string> Broken(string path, string text)
    {
        string code = Comments().Replace(text, "");
        return Forbidden
            .Where(word => Regex.IsMatch(code, $@"(?<![\w.]){Regex.Escape(word.TrimEnd('*'))}{(word.EndsWith('*') ? "" : @"(?!\w)")}"))
            .Select(word => $"{path} names {word}");
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();
}
