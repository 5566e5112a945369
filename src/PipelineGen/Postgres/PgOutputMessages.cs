namespace PipelineGen.Postgres;

/// <summary>The type byte of a pgoutput message (PostgreSQL documentation, "Logical Replication Message Formats").</summary>
public enum PgOutputMessageType : byte
{
    Begin = (byte)'B',
    Commit = (byte)'C',
    Origin = (byte)'O',
    Relation = (byte)'R',
    Type = (byte)'Y',
    Insert = (byte)'I',
    Update = (byte)'U',
    Delete = (byte)'D',
    Truncate = (byte)'T',
    Message = (byte)'M',
}

/// <param name="FinalLsn">LSN of the transaction's commit record: the order of transactions (POSTGRES.md, F1).</param>
/// <param name="CommitTime">Microseconds since 2000-01-01.</param>
/// <param name="Xid">The low 32 bits of the top-level transaction id.</param>
public readonly record struct BeginMessage(Lsn FinalLsn, long CommitTime, uint Xid)
{
    public static BeginMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        return new BeginMessage(new Lsn(reader.UInt64()), reader.Int64(), reader.UInt32());
    }
}

/// <param name="EndLsn">The only LSN that may be acknowledged: the commit's own would bring the transaction again (F1).</param>
public readonly record struct CommitMessage(Lsn CommitLsn, Lsn EndLsn, long CommitTime)
{
    public static CommitMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(2);
        return new CommitMessage(new Lsn(reader.UInt64()), new Lsn(reader.UInt64()), reader.Int64());
    }
}

/// <summary>Names a user type's OID of this server; sent before the RELATION that uses it. Domains come under their base type's name.</summary>
public readonly record struct TypeMessage(uint Oid, string Schema, string Name)
{
    public static TypeMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        return new TypeMessage(reader.UInt32(), Namespace(reader.String()), reader.String());
    }

    /// <summary>pg_catalog is sent as an empty string.</summary>
    internal static string Namespace(string sent) => sent.Length == 0 ? "pg_catalog" : sent;
}

public readonly record struct RelationColumn(string Name, uint TypeOid, int TypeModifier, bool IsIdentity);

/// <summary>The shape of a table from here on in this session; sent again after every change (F11).</summary>
/// <param name="ReplicaIdentity">pg_class.relreplident: 'd', 'n', 'f' or 'i'.</param>
public sealed record RelationMessage(uint Oid, string Schema, string Name, char ReplicaIdentity, IReadOnlyList<RelationColumn> Columns)
{
    public static RelationMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        uint oid = reader.UInt32();
        string schema = TypeMessage.Namespace(reader.String());
        string name = reader.String();
        char identity = (char)reader.Byte();
        int count = reader.Int16();
        var columns = new List<RelationColumn>(Math.Max(count, 0));
        for (int i = 0; i < count; i++)
        {
            bool isIdentity = (reader.Byte() & 1) != 0;
            columns.Add(new RelationColumn(reader.String(), reader.UInt32(), reader.Int32(), isIdentity));
        }

        return new RelationMessage(oid, schema, name, identity, columns);
    }
}

/// <summary>Tables emptied by one TRUNCATE.</summary>
public readonly record struct TruncateMessage(IReadOnlyList<uint> Relations)
{
    public static TruncateMessage Read(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        reader.Skip(1);
        int count = reader.Int32();
        reader.Skip(1);
        if (count < 0 || count > reader.Remaining / 4)
            throw new PgOutputException($"a TRUNCATE message names {count} relations and has {reader.Remaining} bytes for them");
        uint[] relations = new uint[count];
        for (int i = 0; i < count; i++)
            relations[i] = reader.UInt32();
        return new TruncateMessage(relations);
    }
}
