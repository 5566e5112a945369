using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;
using PipelineGen.Tests.Rows;

namespace PipelineGen.Tests.Catalog;

/// <summary>Damaged catalog files end in an error with a line, or in a file whose every column the type contract can answer for.</summary>
public sealed class MutatedCatalogTests
{
    private const int Seed = 20261122;
    private const int Inputs = 100_000;

    private const string Whole = """
        pipelinegen-catalog 1
        server 15 encoding=UTF8 money_fraction_digits=2
        table public.t kind=table replica_identity=index index=t_key comment="a \"b\" \u{41}"
        column id int8 not_null identity=always
        column "Odd name" numeric(12,2)[] default="'{}'::numeric[]" storage=extended
        column at public.address generated=stored expression="x"
        column span public.floatrange comment="c"
        column mood public.moods
        column v ext.vector(3)
        primary_key t_pkey id
        unique t_key id, span
        enum public.mood "ok" "bad"
        domain public.moods public.mood[] not_null check="CHECK (true)"
        composite public.address street text, house public.house
        composite public.house n int4, at public.moods
        range public.floatrange float8 multirange=public.floatmultirange
        base_type ext.vector extension=vector
        end

        """;

    [Fact]
    public void The_reader_and_the_contract_end_in_an_answer()
    {
        Assert.Null(CatalogFormat.Read(Whole).Error);
        var random = new Random(Seed);
        string[] lines = Whole.Split('\n');
        int read = 0;
        for (int i = 0; i < Inputs; i++)
        {
            string text = Mutate(lines, random);
            try
            {
                CatalogReadResult result = CatalogFormat.Read(text);
                Assert.True((result.File is null) != (result.Error is null));
                if (result.File is not { } file)
                {
                    Assert.InRange(result.Error!.Line, 1, text.Split('\n').Length);
                    continue;
                }

                read++;
                foreach (CatalogColumn column in file.Table.Columns)
                {
                    TypeResolution resolution = TypeContract.Resolve(column.Type, file, ColumnChoice.None);
                    Assert.True((resolution.Mapping is null) == (resolution.Decision is not null));
                }

                Assert.Equal(file, CatalogFormat.Read(CatalogFormat.Write(file)).File);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {Seed}, input {i}: {error}\n{text}");
            }
        }

        // Damage of every kind, and files that are whole all the same.
        Assert.InRange(read, Inputs / 50, Inputs - (Inputs / 50));
    }

    /// <summary>Bytes of one line, or lines lost, doubled and moved, as a merge leaves them.</summary>
    private static string Mutate(string[] lines, Random random)
    {
        List<string> mutated = [.. lines];
        for (int times = random.Next(1, 3); times > 0; times--)
        {
            int at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0:
                    mutated.RemoveAt(at);
                    break;
                case 1:
                    mutated.Insert(random.Next(mutated.Count), mutated[at]);
                    break;
                case 2:
                    // A word of one line in the place of another's.
                    string[] words = mutated[at].Split(' ');
                    string[] others = mutated[random.Next(mutated.Count)].Split(' ');
                    words[random.Next(words.Length)] = others[random.Next(others.Length)];
                    mutated[at] = string.Join(' ', words);
                    break;
                default:
                    mutated[at] = System.Text.Encoding.UTF8.GetString(Mutation.Of(System.Text.Encoding.UTF8.GetBytes(mutated[at]), random));
                    break;
            }

            if (mutated.Count == 0)
                break;
        }

        return string.Join('\n', mutated);
    }
}
