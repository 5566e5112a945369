namespace PipelineGen.StarRocks;

/// <summary>Reads why rows were filtered from a failed load's ErrorURL. STARROCKS.md sections 1.5 and 1.7: at most 50 lines are kept there.</summary>
internal static class FilteredRows
{
    private const int MaxReasons = 3;

    // The reasons are a kindness to the reader of the error; they must not hold up the error itself.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<LoadError> ExplainAsync(LoadError error, Uri errorUrl, FrontendRoute route, TimeProvider time, CancellationToken cancellationToken)
    {
        if (errorUrl.Scheme != Uri.UriSchemeHttp && errorUrl.Scheme != Uri.UriSchemeHttps)
        {
            return error;
        }

        error = error with { ErrorUrl = errorUrl };
        using Deadline deadline = Deadline.Start(Limit, time, cancellationToken);
        try
        {
            ExchangeResult result = await route.FetchAsync(errorUrl, deadline.Token).ConfigureAwait(false);
            return result.Reply is { Status: 200 } reply ? error with { FilteredRows = First(reply.Text) } : error;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return error;
        }
    }

    private static List<FilteredRow> First(string text)
    {
        var rows = new List<FilteredRow>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> reason = line.Trim();
            if (reason.Length == 0)
            {
                continue;
            }

            rows.Add(FilteredRow.Parse(reason));
            if (rows.Count == MaxReasons)
            {
                break;
            }
        }

        return rows;
    }
}
