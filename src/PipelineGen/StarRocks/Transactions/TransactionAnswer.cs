using System.Text.Json;

namespace PipelineGen.StarRocks;

/// <summary>What came back from one call of the transaction interface. STARROCKS.md section 2.2.</summary>
internal sealed record TransactionAnswer
{
    /// <summary>The status name, empty when there was no reply with one.</summary>
    public string Status { get; init; } = "";

    /// <summary>ExistingJobStatus of LABEL_ALREADY_EXISTS.</summary>
    public string? ExistingJobStatus { get; init; }

    /// <summary>The reply's figures, TxnId among them; <see langword="null"/> where the reply had no status.</summary>
    public LoadFigures? Figures { get; init; }

    /// <summary>Why it isn't OK; <see langword="null"/> when it is.</summary>
    public LoadError? Error { get; init; }

    /// <summary>Whether any byte of a body left us.</summary>
    public bool BodyBegan { get; init; }

    /// <summary>No reply of StarRocks' came, now or from a frontend tried before: the call may have been carried out.</summary>
    public bool IsLost { get; init; }

    /// <summary>Where rows' reasons are.</summary>
    public string? ErrorUrl { get; init; }

    public bool IsOk => Error is null;

    /// <summary>Another call on the label is running: the same request will be taken later.</summary>
    public bool IsBusy => !IsLost && (Status == "TXN_IN_PROCESSING" || (Error?.Message.Contains("is already committing", StringComparison.Ordinal) ?? false));

    public static TransactionAnswer Of(ExchangeResult result)
    {
        if (result.Reply is not { } reply)
        {
            var lost = new LoadError(result.IsFinal ? ErrorClass.Final : ErrorClass.Retryable, result.Failure);
            return new TransactionAnswer { Error = lost, BodyBegan = result.BodyBegan, IsLost = result.MaybeReceived };
        }

        TransactionAnswer answer = Of(reply);
        return answer with { BodyBegan = result.BodyBegan, IsLost = answer.IsLost || (result.MaybeReceived && !answer.IsOk) };
    }

    private static TransactionAnswer Of(HttpReply reply)
    {
        using JsonDocument? document = ReplyJson.Parse(reply);
        string text = (document is null ? null : ReplyJson.Message(document.RootElement)) ?? ReplyJson.Excerpt(reply);
        switch (reply.Status)
        {
            case 200:
                break;
            case 401 or 403:
                return new TransactionAnswer { Error = new LoadError(ErrorClass.Final, text.Length > 0 ? text : $"access denied (HTTP {reply.Status})") };
            case 408 or 429 or >= 500:
                return new TransactionAnswer { Error = new LoadError(ErrorClass.Retryable, $"HTTP {reply.Status}: {text}"), IsLost = true };
            default:
                return new TransactionAnswer { Error = new LoadError(ErrorClass.Final, $"HTTP {reply.Status}; is this a StarRocks HTTP address? {text}") };
        }

        if (document is null)
        {
            return new TransactionAnswer { Error = new LoadError(ErrorClass.Retryable, "the answer is not JSON: " + text) { IsListed = false }, IsLost = true };
        }

        JsonElement root = document.RootElement;
        string status = ReplyJson.Text(root, "Status") ?? ReplyJson.Text(root, "status") ?? "";
        string message = ReplyJson.Message(root) ?? "";
        return new TransactionAnswer
        {
            Status = status,
            ExistingJobStatus = ReplyJson.Text(root, "ExistingJobStatus"),
            ErrorUrl = ReplyJson.Text(root, "ErrorURL"),
            Figures = ReplyJson.Figures(root),
            Error = status == "OK" ? null : StarRocksError.OfTransaction(status, message),
            IsLost = status.Length == 0,
        };
    }
}
