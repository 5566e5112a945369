using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Hosting;

/// <summary>What a failure of a verb says, and its exit status.</summary>
internal static class VerbFailure
{
    /// <summary>Every failure is one message for a person, and an exit status for a script.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb().ConfigureAwait(false);
        }
        catch (Exception error) when (error is SettingsException or UsageException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
            return ExitStatus.Usage;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync(Describe(error)).ConfigureAwait(false);
            return ExitStatus.Failed;
        }
    }

    public static string Describe(Exception error) => error switch
    {
        PreparationException or SourceException or StarRocksException or SchemaDriftException or AppendOnlyException or QuarantineLimitException or ColumnValueException or PgOutputException or TimeoutException or InvalidDataException => $"error: {error.Message}",
        NpgsqlException or IOException => $"error: {SourceFailure.Describe(error, "the source")}",
        _ => $"error: {error}",
    };
}
