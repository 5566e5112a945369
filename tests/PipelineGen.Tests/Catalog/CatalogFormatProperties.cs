using FsCheck;
using FsCheck.Fluent;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Tests.Catalog;

public class CatalogFormatProperties
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void What_is_written_is_read_back() => ForAll(file =>
    {
        CatalogReadResult result = CatalogFormat.Read(CatalogFormat.Write(file));
        return result.Error is null && result.File == file;
    });

    [Fact]
    public void Reading_and_writing_again_gives_the_same_text() => ForAll(file =>
    {
        string text = CatalogFormat.Write(file);
        return CatalogFormat.Write(CatalogFormat.Read(text).File!) == text;
    });

    [Fact]
    public void Windows_line_ends_read_the_same() => ForAll(file =>
        CatalogFormat.Read(CatalogFormat.Write(file).Replace("\n", "\r\n", StringComparison.Ordinal)).File == file);

    [Fact]
    public void Order_in_the_model_does_not_show_in_the_text() => ForAll(file =>
    {
        CatalogFile reversed = file with
        {
            Table = file.Table with { UniqueIndexes = file.Table.UniqueIndexes.Reverse().ToEquatableArray() },
            Enums = file.Enums.Reverse().ToEquatableArray(),
            Domains = file.Domains.Select(d => d with { Checks = d.Checks.Reverse().ToEquatableArray() }).Reverse().ToEquatableArray(),
            Composites = file.Composites.Reverse().ToEquatableArray(),
            Ranges = file.Ranges.Reverse().ToEquatableArray(),
            ExtensionTypes = file.ExtensionTypes.Reverse().ToEquatableArray(),
        };
        return CatalogFormat.Write(reversed) == CatalogFormat.Write(file);
    });

    [Fact]
    public void Lines_that_a_merge_left_in_another_order_read_the_same() => ForAll(file =>
    {
        string[] lines = CatalogFormat.Write(file).Split('\n');
        IEnumerable<string> facts = lines[1..^2];
        IEnumerable<string> columnsFirst = facts.Where(l => l.StartsWith("column ", StringComparison.Ordinal))
            .Concat(facts.Where(l => !l.StartsWith("column ", StringComparison.Ordinal)).Reverse());
        string[] shuffled = [lines[0], .. columnsFirst, .. lines[^2..]];
        return CatalogFormat.Read(string.Join('\n', shuffled)).File == file;
    });

    [Fact]
    public void Every_line_is_one_fact_that_a_review_shows_whole() => ForAll(file =>
        !CatalogFormat.Write(file).Any(c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e')));

    [Fact]
    public void A_file_cut_short_anywhere_is_an_error() => ForAll(file =>
    {
        string text = CatalogFormat.Write(file);
        // Without only its last line end the file is whole.
        return Enumerable.Range(0, text.Length - 1).Where(i => i % 7 == 0 || i > text.Length - 8)
            .All(length => CatalogFormat.Read(text[..length]) is { File: null, Error: not null });
    });

    [Fact]
    public void Types_are_read_back() => Prop.ForAll(CatalogFileGenerator.Type.ToArbitrary(), type =>
        CatalogFormat.TryReadType(CatalogFormat.WriteType(type), out TypeReference read) && read == type).Check(Config);

    [Fact]
    public void Names_are_read_back() => Prop.ForAll(CatalogFileGenerator.UserName.ToArbitrary(), name =>
        CatalogFormat.TryReadName(CatalogFormat.WriteName(name), out QualifiedName read) && read == name).Check(Config);

    [Fact]
    public void File_names_differ_where_names_do() => Prop.ForAll(
        CatalogFileGenerator.UserName.Two().ToArbitrary(),
        names => (CatalogFormat.FileName(names.Item1) == CatalogFormat.FileName(names.Item2)) == (names.Item1 == names.Item2)
            && CatalogFormat.FileName(names.Item1).All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '%')).Check(Config);

    /// <summary>Cuts, swaps, doubles and overwrites pieces of good files; the reader answers each with a file or an error.</summary>
    [Fact]
    public void Damaged_files_are_answered_and_never_thrown_at()
    {
        const int seed = 20261122;
        var random = new Random(seed);
        string[] texts = CatalogFileGenerator.File.Sample(40, new Rnd(seed), 60).Select(CatalogFormat.Write).ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            string text = texts[random.Next(texts.Length)];
            for (int edits = random.Next(1, 4); edits > 0; edits--)
                text = Damage(text, random);
            try
            {
                CatalogReadResult result = CatalogFormat.Read(text);
                Assert.True(result.File is null != result.Error is null);
                if (result.Error is { } error)
                    Assert.InRange(error.Line, 1, text.Count(c => c == '\n') + 1);
                else
                    Assert.Equal(result.File, CatalogFormat.Read(CatalogFormat.Write(result.File!)).File);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: reading threw on\n{text}", e);
            }
        }
    }

    private static string Damage(string text, Random random)
    {
        if (text.Length == 0)
            return "x";
        int at = random.Next(text.Length);
        int length = Math.Min(random.Next(1, 12), text.Length - at);
        const string alphabet = "\"\\{}u()[],.= \n\r\0ax9-\ud800";
        return random.Next(5) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text.Insert(at, alphabet[random.Next(alphabet.Length)].ToString()),
            3 => text[..at] + alphabet[random.Next(alphabet.Length)] + text[(at + 1)..],
            _ => text.Insert(random.Next(text.Length), text.Substring(at, length)),
        };
    }

    private static void ForAll(Func<CatalogFile, bool> property) =>
        Prop.ForAll(CatalogFileGenerator.File.ToArbitrary(), property).Check(Config);
}
