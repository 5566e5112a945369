using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Torn and mutated bytes end in a value or in the error that says so; nothing else, and they do end.</summary>
public class MutatedInputTests
{
    private const int Seed = 20261122;
    private const int Inputs = 1_000_000;

    /// <summary>A torn length must not make a reader ask for memory; the longest honest value here is a numeric of 150,000 digits.</summary>
    private const long MostBytesPerInput = 8 * 1024 * 1024;

    [Fact]
    public void Every_reader_of_foreign_bytes_ends_in_a_value_or_its_own_error()
    {
        var random = new Random(Seed);
        List<MutatedReader> readers = [.. MutatedReaders.Codecs(), .. MutatedReaders.Containers(), .. MutatedReaders.Messages()];
        int values = 0;
        int errors = 0;
        for (int i = 0; i < Inputs; i++)
        {
            MutatedReader reader = readers[random.Next(readers.Count)];
            byte[] input = Mutation.Of(reader.Samples[random.Next(reader.Samples.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (reader.Read(input))
                    values++;
                else
                    errors++;
            }
            catch (PgOutputException)
            {
                errors++;
            }
            catch (Exception error)
            {
                Assert.Fail($"{reader.Name}, seed {Seed}, input {i}, {Convert.ToHexString(input)}: {error}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostBytesPerInput, $"{reader.Name}, seed {Seed}, input {i}, {Convert.ToHexString(input)}: {allocated:N0} bytes allocated");
        }

        // Mutations that never reached the readers' insides would prove nothing.
        Assert.InRange(values, Inputs / 10, Inputs);
        Assert.InRange(errors, Inputs / 10, Inputs);
    }
}
