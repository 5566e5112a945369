using System.Data;
using Dapper;
using Npgsql;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using static PipelineGen.Cli.Catalog.CatalogQueries;

namespace PipelineGen.Cli.Catalog;

/// <summary>What introspection found: every relation's name, and the files of those that were chosen.</summary>
internal sealed record LiveCatalog(
    CatalogServer Server,
    IReadOnlyList<CatalogRelation> Relations,
    IReadOnlyDictionary<QualifiedName, CatalogFile> Files);

/// <summary>
/// Reads a database's catalog in one REPEATABLE READ READ ONLY transaction and four round trips, however many tables
/// there are.
/// </summary>
internal static class CatalogIntrospection
{
    /// <param name="choose">Chooses among all relations which to describe; its exception ends the reading.</param>
    public static async Task<LiveCatalog> ReadAsync(
        NpgsqlConnection connection,
        Func<IReadOnlyList<CatalogRelation>, IEnumerable<CatalogRelation>> choose,
        CancellationToken cancel)
    {
        try
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await connection.ExecuteAsync(Command(Settings));

            ServerRow server;
            List<CatalogRelation> relations;
            await using (SqlMapper.GridReader first = await connection.QueryMultipleAsync(Command(Server + Relations)))
            {
                server = await first.ReadSingleAsync<ServerRow>();
                relations = (await first.ReadAsync<CatalogRelation>()).ToList();
            }

            CatalogRelation[] chosen = choose(relations).ToArray();
            long[] tables = chosen.Select(r => r.Id).ToArray();
            List<ColumnRow> columns;
            List<IndexRow> indexes;
            List<TypeRow> types;
            await using (SqlMapper.GridReader second =
                await connection.QueryMultipleAsync(Command(Columns + UniqueIndexes + Types, new { tables })))
            {
                columns = (await second.ReadAsync<ColumnRow>()).ToList();
                indexes = (await second.ReadAsync<IndexRow>()).ToList();
                types = (await second.ReadAsync<TypeRow>()).ToList();
            }

            var typeIds = new { types = types.Select(t => t.Id).ToArray() };
            CatalogTypes userTypes;
            await using (SqlMapper.GridReader third =
                await connection.QueryMultipleAsync(Command(EnumLabels + DomainChecks + CompositeAttributes, typeIds)))
            {
                userTypes = new CatalogTypes(
                    types,
                    await third.ReadAsync<TypeTextRow>(),
                    await third.ReadAsync<TypeTextRow>(),
                    await third.ReadAsync<AttributeRow>());
            }

            var serverFacts = new CatalogServer(server.MajorVersion, server.Encoding, FractionDigits(server.MoneyUnit));
            ILookup<long, ColumnRow> columnsOf = columns.ToLookup(c => c.TableId);
            ILookup<long, IndexRow> indexesOf = indexes.ToLookup(i => i.TableId);
            return new LiveCatalog(
                serverFacts,
                relations,
                chosen.ToDictionary(
                    r => r.QualifiedName,
                    r => userTypes.File(serverFacts, Table(r, columnsOf[r.Id], indexesOf[r.Id].ToList(), userTypes), columnsOf[r.Id].Select(c => c.TypeId))));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw SourceConnection.Explain(e, new NpgsqlConnectionStringBuilder(connection.ConnectionString));
        }

        CommandDefinition Command(string sql, object? parameters = null) => new(sql, parameters, cancellationToken: cancel);
    }

    private static CatalogTable Table(CatalogRelation relation, IEnumerable<ColumnRow> columns, List<IndexRow> indexes, CatalogTypes types) => new(
        relation.QualifiedName,
        Kind(relation),
        columns.Select(c => Column(c, types)).ToEquatableArray(),
        indexes.Where(i => i.IsPrimary).Select(Index).SingleOrDefault(),
        indexes.Where(i => !i.IsPrimary).Select(Index).OrderBy(i => i.Name, StringComparer.Ordinal).ToEquatableArray(),
        Identity(relation, indexes),
        relation.RootName is null ? null : new QualifiedName(relation.RootSchema!, relation.RootName),
        relation.Comment);

    private static TableKind Kind(CatalogRelation relation) => relation.Kind switch
    {
        "f" => TableKind.ForeignTable,
        "m" => TableKind.MaterializedView,
        _ when relation.IsPartition => TableKind.Partition,
        "p" => TableKind.PartitionedTable,
        _ => TableKind.Table,
    };

    private static CatalogColumn Column(ColumnRow column, CatalogTypes types) => new(
        column.Name,
        types.Reference(column.TypeId, column.Modifier, column.Formatted),
        column.NotNull,
        column.DefaultText,
        column.Identity switch { "a" => IdentityKind.Always, "d" => IdentityKind.ByDefault, _ => IdentityKind.None },
        column.Generated switch { "s" => GeneratedKind.Stored, "v" => GeneratedKind.Virtual, _ => GeneratedKind.None },
        column.Storage switch { "e" => StorageKind.External, "m" => StorageKind.Main, "x" => StorageKind.Extended, _ => StorageKind.Plain },
        column.Comment);

    private static CatalogIndex Index(IndexRow index) => new(index.Name, index.Columns.ToEquatableArray());

    /// <summary>An index that was dropped leaves its table's identity at 'i', which the server then treats as nothing.</summary>
    private static ReplicaIdentity Identity(CatalogRelation relation, List<IndexRow> indexes) => relation.ReplicaIdentity switch
    {
        "f" => new ReplicaIdentity(ReplicaIdentityKind.Full),
        "n" => new ReplicaIdentity(ReplicaIdentityKind.Nothing),
        "i" => indexes.SingleOrDefault(i => i.IsReplicaIdentity) is { } index
            ? new ReplicaIdentity(ReplicaIdentityKind.Index, index.Name)
            : new ReplicaIdentity(ReplicaIdentityKind.Nothing),
        _ => new ReplicaIdentity(ReplicaIdentityKind.Default),
    };

    private static int FractionDigits(long moneyUnit)
    {
        int digits = 0;
        for (; moneyUnit >= 10; moneyUnit /= 10)
            digits++;
        return digits;
    }
}
