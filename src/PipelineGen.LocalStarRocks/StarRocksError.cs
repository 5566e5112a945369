namespace PipelineGen.LocalStarRocks;

/// <summary>A refusal with the code, state and text that StarRocks' SQL endpoint would send (STARROCKS.md, 7).</summary>
internal sealed class StarRocksError : Exception
{
    public StarRocksError(int code, string state, string message) : base(message)
    {
        Code = code;
        State = state;
    }

    public int Code { get; }
    public string State { get; }

    /// <summary>The server's default: 1064, HY000.</summary>
    public static StarRocksError Refused(string message) => new(1064, "HY000", message);

    public static StarRocksError Analyzing(string detail) => Refused("Getting analyzing error. Detail message: " + detail);

    public static StarRocksError AnalyzingAt(int line, int column, string detail) =>
        Refused($"Getting analyzing error at line {line}, column {column}. Detail message: {detail}");

    public static StarRocksError Syntax(int line, int column, string detail) =>
        Refused($"Getting syntax error at line {line}, column {column}. Detail message: {detail}");

    public static StarRocksError UnknownDatabase(string name) => new(5501, "3F000", $"Unknown database '{name}'");

    public static StarRocksError UnknownTable(string name) => new(5502, "42602", $"Unknown table '{name}'");

    public static StarRocksError NoDatabase() => new(1046, "3D000", "No database selected");

    /// <summary>StarRocks would take it, the stand-in does not: said so, never half done.</summary>
    public static StarRocksError NotInStandIn(string what) =>
        Refused($"PipelineGen LocalStarRocks (a stand-in, not StarRocks) does not take {what}");
}
