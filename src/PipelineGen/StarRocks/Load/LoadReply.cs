using System.Text.Json;
using static PipelineGen.StarRocks.ReplyJson;

namespace PipelineGen.StarRocks;

/// <summary>Reads the JSON that StarRocks answers loads and questions about labels with. STARROCKS.md sections 1.2, 1.5, 2.5.</summary>
internal static class LoadReply
{
    /// <summary>The outcome that a final reply to a load means.</summary>
    public static LoadOutcome Outcome(HttpReply reply, bool bodyBegan, out string? errorUrl)
    {
        errorUrl = null;
        if (reply.Status is 401 or 403)
        {
            return Failed(ErrorClass.Final, Message(reply) ?? $"access denied (HTTP {reply.Status})");
        }

        if (reply.Status is 408 or 429 or >= 500 && bodyBegan)
        {
            return new LoadOutcome.Unknown($"HTTP {reply.Status}: {Excerpt(reply)}") { BodyBegan = true }; // a proxy's, perhaps, whose backend has committed
        }

        if (reply.Status is 408 or 429 or >= 500)
        {
            return Failed(ErrorClass.Retryable, $"HTTP {reply.Status}: {Excerpt(reply)}");
        }

        if (reply.Status != 200)
        {
            return Failed(ErrorClass.Final, $"HTTP {reply.Status}; is this a StarRocks HTTP address? {Excerpt(reply)}");
        }

        if (Parse(reply) is not { } document)
        {
            return bodyBegan
                ? new LoadOutcome.Unknown("the answer is not JSON: " + Excerpt(reply)) { BodyBegan = true }
                : Failed(ErrorClass.Retryable, "the answer is not JSON: " + Excerpt(reply));
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            string status = Text(root, "Status") ?? Text(root, "status") ?? "";
            string message = Message(root) ?? "";
            errorUrl = Text(root, "ErrorURL");
            return status switch
            {
                "Success" or "OK" => new LoadOutcome.Committed(Figures(root), VisibleLater: false) { BodyBegan = bodyBegan },
                "Publish Timeout" => new LoadOutcome.Committed(Figures(root), VisibleLater: true) { BodyBegan = bodyBegan },
                "Label Already Exists" => Text(root, "ExistingJobStatus") switch
                {
                    "FINISHED" => new LoadOutcome.LabelFinished(message) { BodyBegan = bodyBegan },
                    "RUNNING" => new LoadOutcome.LabelRunning(message) { BodyBegan = bodyBegan },
                    _ => Failed(ErrorClass.CheckState, message),
                },
                _ => Refused(message.Length > 0 ? message : $"status '{status}' without a message"),
            };
        }

        LoadOutcome Refused(string message) => new LoadOutcome.Failed(StarRocksError.OfText(message)) { BodyBegan = bodyBegan };

        LoadOutcome Failed(ErrorClass errorClass, string message) => new LoadOutcome.Failed(new LoadError(errorClass, message)) { BodyBegan = bodyBegan };
    }

    /// <summary>The state in a reply of get_load_state, or <see langword="null"/> with the server's text when it holds none.</summary>
    public static LabelState? State(HttpReply reply, out string text)
    {
        text = Message(reply) ?? Excerpt(reply);
        using JsonDocument? document = Parse(reply);
        return (document is null ? null : Text(document.RootElement, "state")) switch
        {
            "UNKNOWN" => LabelState.Unknown,
            "PREPARE" => LabelState.Prepare,
            "PREPARED" => LabelState.Prepared,
            "COMMITTED" => LabelState.Committed,
            "VISIBLE" => LabelState.Visible,
            "ABORTED" => LabelState.Aborted,
            _ => null,
        };
    }

    /// <summary>Whether an FE admin reply says OK.</summary>
    public static bool IsOk(HttpReply reply, out string text)
    {
        text = Message(reply) ?? Excerpt(reply);
        using JsonDocument? document = Parse(reply);
        return reply.Status == 200 && document is not null
            && string.Equals(Text(document.RootElement, "status") ?? Text(document.RootElement, "Status"), "OK", StringComparison.OrdinalIgnoreCase);
    }
}
