using System.Globalization;
using Shop.Postgres;

namespace PipelineGen.IntegrationTests.Postgres;

/// <summary>One major version of the server that is on this machine.</summary>
internal sealed record PostgresInstallation(int MajorVersion, string BinaryDirectory)
{
    /// <summary>Names a folder with a folder per major version, <c>17/bin/postgres</c>, as fetch-postgres.sh makes it.</summary>
    public const string FolderVariable = "PIPELINEGEN_TEST_POSTGRES";

    /// <summary>The earliest version that PipelineGen reads.</summary>
    private const int Earliest = 14;

    private const string Debian = "/usr/lib/postgresql";

    /// <summary>
    /// Every version from 14 on, oldest first: the system's and those of <see cref="FolderVariable"/>, which wins where both
    /// have one. Nothing is fetched: what is not there is not tested.
    /// </summary>
    public static IReadOnlyList<PostgresInstallation> Found { get; } =
        Find([Environment.GetEnvironmentVariable(FolderVariable), Debian]);

    /// <summary>Folders without a number as their name, or without all programs, are passed over.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder that was named is not there: tests that were asked for must not vanish.</exception>
    internal static IReadOnlyList<PostgresInstallation> Find(IEnumerable<string?> folders) => folders
        .Where(static folder => !string.IsNullOrEmpty(folder) && (folder != Debian || Directory.Exists(folder)))
        .SelectMany(static folder => Directory.EnumerateDirectories(folder!))
        .Select(static folder => (
            Version: int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0,
            Binaries: Path.Combine(folder, "bin")))
        .Where(static found => found.Version >= Earliest && PostgresBinaries.In(found.Binaries) is not null)
        .DistinctBy(static found => found.Version)
        .OrderBy(static found => found.Version)
        .Select(static found => new PostgresInstallation(found.Version, found.Binaries))
        .ToArray();
}
