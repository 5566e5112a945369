using PipelineGen.IntegrationTests.Aot;
using PipelineGen.IntegrationTests.Conformance.Running;
using PipelineGen.IntegrationTests.Conformance.Wire;

namespace PipelineGen.IntegrationTests.Conformance.Programs;

/// <summary>A stand-in for programs that are not ours, and a folder for the files they send.</summary>
public sealed class StandInFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("pipelinegen-programs-").FullName;
    private StandIn? _standIn;
    private int _files;
    private int _databases;

    internal StandIn StandIn => _standIn ?? throw new InvalidOperationException("The fixture has not started.");

    internal StarRocksAddress Address => StandIn.Address;

    public async Task InitializeAsync() => _standIn = await Running.StandIn.StartAsync("4.1");

    public async Task DisposeAsync()
    {
        if (_standIn is not null)
            await _standIn.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public string File(string text) => File(System.Text.Encoding.UTF8.GetBytes(text));

    public string File(byte[] bytes)
    {
        string path = Path.Combine(_folder, $"body{Interlocked.Increment(ref _files)}");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A database with a primary-key table <c>t (id, v)</c>.</summary>
    public string Database()
    {
        string name = $"programs_{Interlocked.Increment(ref _databases)}";
        using RawSql sql = Connect();
        sql.Query($"CREATE DATABASE {name}");
        sql.Query($"CREATE TABLE {name}.t (id INT NOT NULL, v VARCHAR(20)) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1 PROPERTIES (\"replication_num\" = \"1\")");
        return name;
    }

    /// <summary>Rows as text: <c>1,a;2,NULL</c>.</summary>
    public string Rows(string query)
    {
        using RawSql sql = Connect();
        return string.Join(';', sql.Query(query).Rows.Select(static r => string.Join(',', r.Select(static v => v is null ? "NULL" : System.Text.Encoding.UTF8.GetString(v)))));
    }

    internal static Task<FinishedProcess> RunAsync(string program, params string[] arguments) => FinishedProcess.RunAsync(program, arguments, Limit);

    private RawSql Connect() => RawSql.Connect(Address.SqlHost, Address.SqlPort, Address.User, Address.Password);
}
