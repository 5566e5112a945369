namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Network addresses, and types of the server's own bookkeeping.</summary>
internal static class SystemCases
{
    private const string Addresses = "inet, cidr, macaddr, macaddr8";
    private const string Positions = "pg_lsn, tid, txid_snapshot, pg_snapshot";

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        new(Addresses, "inet") { Values = ["10.0.0.1", "10.0.0.1/32", "10.0.0.1/8", "0.0.0.0/0", "::", "fe80::1/64", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127", "::ffff:1.2.3.4"], Random = "inet" },
        new(Addresses, "cidr") { Values = ["10.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0", "::/0", "fe80::/64", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"], Random = "cidr" },
        new(Addresses, "macaddr") { Values = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "08:00:2b:01:02:03"], Random = "macaddr" },
        new(Addresses, "macaddr8") { Values = ["00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff", "08:00:2b:ff:fe:01:02:03"], Random = "macaddr8" },
        new(Positions, "pg_lsn") { Values = ["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"], Random = "pg_lsn" },
        new(Positions, "tid") { Values = ["(0,0)", "(4294967295,65535)"], Random = "tid" },
        new(Positions, "pg_snapshot") { Values = ["10:20:10,14,15", "1:1:", "9223372036854775806:9223372036854775807:"], Random = "pg_snapshot", Key = KeyUse.NotInPostgres },
        new(Positions, "txid_snapshot") { Values = ["10:20:10,14,15", "1:1:"], Random = "txid_snapshot", Key = KeyUse.NotInPostgres },
    ];
}
