namespace PipelineGen.StarRocks;

/// <summary>Asks frontends about labels and frees them. STARROCKS.md sections 2.4 and 2.5.</summary>
internal sealed class LabelQuestions(StarRocksOptions options, FrontendRoute route)
{
    /// <inheritdoc cref="StreamLoadClient.GetLabelStateAsync"/>
    public async Task<LabelState> GetStateAsync(string label, CancellationToken cancellationToken)
    {
        LoadRequest.ValidateLabel(label);
        HttpReply reply = await AskAsync("GET", DatabasePath("get_load_state?label=" + label), $"state of label {label}", label, cancellationToken).ConfigureAwait(false);
        return LoadReply.State(reply, out string text)
            ?? throw Refusal(reply, $"state of label {label}: {text}", text, label);
    }

    /// <inheritdoc cref="StreamLoadClient.CancelAsync"/>
    public async Task<bool> CancelAsync(string table, string label, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        LoadRequest.ValidateLabel(label);
        HttpReply reply = await AskAsync("POST", TablePath(table, "_cancel?label=" + label), $"cancelling label {label}", label, cancellationToken).ConfigureAwait(false);
        if (LoadReply.IsOk(reply, out string text))
        {
            return true;
        }

        return reply.Status == 200 && ReplyJson.Message(reply) is not null && StarRocksError.Find(text) is null or ErrorClass.CheckState
            ? false
            : throw Refusal(reply, $"cancelling label {label}: {text}", text, label);
    }

    /// <summary>The path of a table's call under <c>/api</c>.</summary>
    public string TablePath(string table, string rest) => DatabasePath(Uri.EscapeDataString(table) + "/" + rest);

    private string DatabasePath(string rest) => "/api/" + Uri.EscapeDataString(options.Database) + "/" + rest;

    private async Task<HttpReply> AskAsync(string method, string path, string what, string label, CancellationToken cancellationToken)
    {
        ExchangeResult result = await route.SendAsync(method, path, [], null, cancellationToken).ConfigureAwait(false);
        return result.Reply
            ?? throw new StarRocksLoadException(result.IsFinal ? ErrorClass.Final : ErrorClass.Retryable, $"StarRocks: {what}: {result.Failure}.", label: label);
    }

    private static StarRocksLoadException Refusal(HttpReply reply, string message, string text, string label)
    {
        ErrorClass errorClass = reply.Status switch
        {
            401 or 403 => ErrorClass.Final,
            >= 500 or 408 or 429 => ErrorClass.Retryable,
            200 => StarRocksError.Find(text) ?? ErrorClass.Retryable,
            _ => ErrorClass.Final,
        };
        return new StarRocksLoadException(errorClass, $"StarRocks: {message} (HTTP {reply.Status}).", label: label, error: new LoadError(errorClass, text));
    }
}
