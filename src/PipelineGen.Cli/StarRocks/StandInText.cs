using PipelineGen.LocalStarRocks;

namespace PipelineGen.Cli.StarRocks;

/// <summary>What <c>pipelinegen starrocks start</c> prints: that it is a stand-in, and commands that can be pasted.</summary>
internal static class StandInText
{
    private const string FaultsPath = "api/_stand_in/faults";

    public static Uri FaultsUrl(LocalStarRocksServer server) => new(server.LoadUrl, FaultsPath);

    public static string Of(LocalStarRocksServer server, LocalStarRocksOptions options)
    {
        string[] endpoint = server.QueryEndpoint.Split(':');
        string kept = options.Discard ? "nothing: loads are checked and counted only"
            : options.DataFile is { } file ? file
            : "in a temporary file, until the process ends";
        return $"""
            {server.StartText}
            It answers as StarRocks {options.Version} would where it can, and says so where it can't. Loopback only, user {server.User}, {(server.Password.Length == 0 ? "empty password" : "password as given")}.

              Stream Load   {server.LoadUrl}  (redirects to {server.BackendUrl})
              SQL           {server.QueryEndpoint}
              Kept          {kept}

            Query it:
              mariadb -h {endpoint[0]} -P {endpoint[1]} -u {server.User}
            Load a file into a table:
              curl --location-trusted -u {server.User}: -H "Expect: 100-continue" -H "format: json" -T rows.json {server.LoadUrl}api/DATABASE/TABLE/_stream_load
            Point a pipeline at it:
              --StarRocks:LoadUrl={server.LoadUrl} --StarRocks:QueryEndpoint={server.QueryEndpoint} --StarRocks:User={server.User}
            Break it (GET lists the faults):
              curl -u {server.User}: -X PUT "{FaultsUrl(server)}?lose_reply_after_commit=1"
            """;
    }
}
