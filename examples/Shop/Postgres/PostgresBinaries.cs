namespace Shop.Postgres;

/// <summary>The folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</summary>
public sealed class PostgresBinaries
{
    /// <summary>Names the folder outright and wins over everything else.</summary>
    public const string FolderVariable = "PIPELINEGEN_POSTGRES_BIN";

    /// <summary>Debian keeps a folder per major version, RHEL's packages from postgresql.org do too.</summary>
    private static readonly (string Parent, string Prefix)[] VersionedFolders = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

    private static readonly SemaphoreSlim Installing = new(1, 1);

    private PostgresBinaries(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    internal string Server => Path.Combine(Folder, "postgres");

    internal string InitDb => Path.Combine(Folder, "initdb");

    internal string Control => Path.Combine(Folder, "pg_ctl");

    /// <summary>Finds the binaries, and on Debian as root installs them where there are none.</summary>
    /// <param name="report">Told, in a line, when something is installed.</param>
    /// <exception cref="PostgresUnavailableException">None are there and none can be installed; the message says what to do.</exception>
    public static async Task<PostgresBinaries> LocateAsync(Action<string>? report, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
            return found;
        await Installing.WaitAsync(cancellationToken);
        try
        {
            if (Find() is { } foundMeanwhile)
                return foundMeanwhile;
            await InstallAsync(report, cancellationToken);
            return Find() ?? throw new PostgresUnavailableException("apt-get installed the package postgresql, but /usr/lib/postgresql/*/bin/postgres is not there.");
        }
        finally
        {
            Installing.Release();
        }
    }

    /// <summary>The binaries that this machine has, or null.</summary>
    /// <exception cref="PostgresUnavailableException"><see cref="FolderVariable"/> names a folder without them.</exception>
    public static PostgresBinaries? Find()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return In(named) ?? throw new PostgresUnavailableException($"{FolderVariable} is '{named}', but postgres, initdb and pg_ctl are not all in that folder.");
        }

        // A link on PATH leads to the folder where initdb lies beside it.
        if (CommandLine.Find("postgres") is { } onPath)
        {
            string real = File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath;
            if (In(Path.GetDirectoryName(real)!) is { } besideIt)
                return besideIt;
        }

        return VersionedFolders
            .Where(static place => Directory.Exists(place.Parent))
            .SelectMany(static place => Directory.EnumerateDirectories(place.Parent, place.Prefix + "*"), static (place, folder) => (place, folder))
            .Select(static pair => (Version: VersionOf(Path.GetFileName(pair.folder)[pair.place.Prefix.Length..]), Bin: Path.Combine(pair.folder, "bin")))
            .Where(static candidate => candidate.Version > 0)
            .OrderByDescending(static candidate => candidate.Version)
            .Select(static candidate => In(candidate.Bin))
            .FirstOrDefault(static binaries => binaries is not null);
    }

    /// <summary>The binaries of one folder, or null when they are not all there.</summary>
    public static PostgresBinaries? In(string folder)
    {
        var binaries = new PostgresBinaries(folder);
        return File.Exists(binaries.Server) && File.Exists(binaries.InitDb) && File.Exists(binaries.Control) ? binaries : null;
    }

    private static double VersionOf(string name) =>
        double.TryParse(name, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out double version) ? version : 0;

    private static async Task InstallAsync(Action<string>? report, CancellationToken cancellationToken)
    {
        const string ByHand = $"Install the PostgreSQL server (Debian and Ubuntu: apt-get install postgresql), or set {FolderVariable} to the folder that holds postgres and initdb";
        if (CommandLine.Find("apt-get") is not { } apt)
            throw new PostgresUnavailableException($"No PostgreSQL server binaries were found on PATH or in /usr/lib/postgresql/*/bin. {ByHand}.");
        if (!Environment.IsPrivilegedProcess)
            throw new PostgresUnavailableException($"No PostgreSQL server binaries were found on PATH or in /usr/lib/postgresql/*/bin, and only root may install them. {ByHand}.");

        // The package would create and start a cluster of its own. Debian reads this folder, and only while it installs.
        const string Settings = "/etc/postgresql-common/createcluster.d/pipelinegen.conf";
        bool folderWasThere = Directory.Exists(Path.GetDirectoryName(Settings));
        Directory.CreateDirectory(Path.GetDirectoryName(Settings)!);
        await File.WriteAllTextAsync(Settings, "create_main_cluster = false\n", cancellationToken);
        try
        {
            foreach (string[] step in (string[][])[["update"], ["install", "-y", "--no-install-recommends", "postgresql"]])
            {
                report?.Invoke($"apt-get {string.Join(' ', step)}");
                CommandLine.Outcome outcome = await CommandLine.RunAsync(["env", "DEBIAN_FRONTEND=noninteractive", apt, "-q", .. step], "/", cancellationToken);
                if (outcome.ExitCode != 0)
                    throw new PostgresUnavailableException($"apt-get {string.Join(' ', step)} failed with status {outcome.ExitCode}. {ByHand}.\n{outcome.Output}");
            }
        }
        finally
        {
            File.Delete(Settings);
            string folder = Path.GetDirectoryName(Settings)!;
            if (!folderWasThere && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
    }
}
