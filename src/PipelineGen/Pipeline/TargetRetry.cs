using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Repeats an idempotent statement on the target until it goes through.</summary>
internal static class TargetRetry
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <exception cref="StarRocksException">A failure that repeating can't cure.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> statement, TimeProvider time, CancellationToken cancellationToken, Action<StarRocksException>? onRetry = null)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            try
            {
                return await statement().ConfigureAwait(false);
            }
            catch (StarRocksException error) when (error.Class is ErrorClass.Retryable or ErrorClass.SlowDown or ErrorClass.CheckState)
            {
                onRetry?.Invoke(error);
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < Longest ? delay * 2 : Longest;
        }
    }
}
