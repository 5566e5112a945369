using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PipelineGen.LocalStarRocks.Http;

/// <summary>The FE's one-line JSON replies.</summary>
internal static class JsonReply
{
    public static Task SendAsync(HttpContext context, int status, params (string Name, string Value)[] fields)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in fields)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return SendAsync(context, status, stream.ToArray(), "application/json");
    }

    public static Task SendTextAsync(HttpContext context, int status, string text) => SendAsync(context, status, Encoding.UTF8.GetBytes(text), "text/html");

    public static async Task SendAsync(HttpContext context, int status, byte[] body, string? contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The admin shape of a refusal: <c>status</c>, <c>code</c>, <c>msg</c>, <c>message</c> (STARROCKS.md, 1.2).</summary>
    public static Task RefuseAsync(HttpContext context, int status, string text) =>
        SendAsync(context, status, ("status", "FAILED"), ("code", "1"), ("msg", text), ("message", text));
}
