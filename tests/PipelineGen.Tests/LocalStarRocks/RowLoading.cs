using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>One body through the loader, without server and storage: what would be written, as text.</summary>
internal sealed class RowLoading : IRowSink
{
    private readonly List<string> _rows = [];

    public RowLoading(string columns, string key = "PRIMARY KEY (id)")
    {
        var create = (CreateTableStatement)SqlParser.Parse($"CREATE TABLE t ({columns}) {key} DISTRIBUTED BY HASH(id) PROPERTIES (\"replication_num\" = \"1\")");
        Table = TableAnalysis.Analyse(create, "shop") with { Id = 7 };
    }

    public TableDefinition Table { get; }

    /// <summary>Rows as <c>1,a</c>, deletes as <c>-1,a</c>; joined by <c>;</c>.</summary>
    public string Rows => string.Join(';', _rows);

    public RowLoader Load(string body, params (string Name, string Value)[] headers) => Load(Encoding.UTF8.GetBytes(body), headers);

    public RowLoader Load(byte[] body, params (string Name, string Value)[] headers)
    {
        LoadHeaders read = Headers(headers);
        var loader = new RowLoader(LoadPlan.Make(Table, read), read, TimeProvider.System);
        loader.Load(this, body);
        return loader;
    }

    public string Failure(string body, params (string Name, string Value)[] headers) => Assert.Throws<LoadFailure>(() => Load(body, headers)).Message;

    /// <summary>The one reason for which rows were filtered.</summary>
    public string Reason(string body, params (string Name, string Value)[] headers)
    {
        RowLoader loader = Load(body, headers);
        Assert.NotEqual(0, loader.Filtered);
        Assert.Equal(loader.Total, loader.Filtered + loader.Loaded + loader.Unselected);
        string line = loader.Rejected.ToString().Split('\n')[0];
        return line["Error: ".Length..line.IndexOf(". Row: ", StringComparison.Ordinal)];
    }

    public static LoadHeaders Headers(params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach ((string name, string value) in headers)
        {
            dictionary[name] = value;
        }

        return LoadHeaders.Read(dictionary, "label");
    }

    public void Upsert(RowCells row) => _rows.Add(Print(row));

    public void Delete(RowCells row) => _rows.Add("-" + Print(row));

    private static string Print(RowCells row) => string.Join(',', row.Cells.Select((cell, i) => cell.Kind switch
    {
        CellKind.Null => "NULL",
        CellKind.Integer => cell.Integer.ToString(CultureInfo.InvariantCulture),
        CellKind.Real => cell.Real.ToString("R", CultureInfo.InvariantCulture),
        CellKind.Text => Encoding.UTF8.GetString(row.Bytes(i)),
        _ => "0x" + Convert.ToHexString(row.Bytes(i)),
    }));
}
