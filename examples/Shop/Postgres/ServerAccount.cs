namespace Shop.Postgres;

/// <summary>The operating system account that the server runs under: Postgres refuses to run as root.</summary>
internal sealed class ServerAccount
{
    private const string Name = "postgres";

    private readonly string[] _prefix;

    private ServerAccount(bool isCaller, string[] prefix)
    {
        IsCaller = isCaller;
        _prefix = prefix;
    }

    private bool IsCaller { get; }

    /// <summary>The caller's own account, or <c>postgres</c> when the caller is root; it is created where it is missing.</summary>
    /// <exception cref="PostgresUnavailableException">The account can't be created or entered.</exception>
    public static async Task<ServerAccount> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount(isCaller: true, []);
        if ((await CommandLine.RunAsync(["id", "-u", Name], "/", cancellationToken)).ExitCode != 0)
            await CreateAsync(cancellationToken);
        if (CommandLine.Find("setpriv") is { } setpriv)
            return new ServerAccount(isCaller: false, [setpriv, $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--"]);
        if (CommandLine.Find("runuser") is { } runuser)
            return new ServerAccount(isCaller: false, [runuser, "-u", Name, "--"]);
        throw new PostgresUnavailableException($"PostgreSQL doesn't run as root, and neither setpriv nor runuser (package util-linux) is there to run it as '{Name}'.");
    }

    /// <summary>The command as it runs under the account.</summary>
    public string[] Command(params string[] command) => [.. _prefix, .. command];

    /// <summary>Gives a folder and all in it to the account.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (IsCaller)
            return;
        CommandLine.Outcome outcome = await CommandLine.RunAsync(["chown", "-R", $"{Name}:{Name}", folder], "/", cancellationToken);
        if (outcome.ExitCode != 0)
            throw new PostgresUnavailableException($"{folder} can't be given to the user '{Name}': {outcome.Output}");
    }

    private static async Task CreateAsync(CancellationToken cancellationToken)
    {
        string useradd = CommandLine.Find("useradd") ??
            throw new PostgresUnavailableException($"PostgreSQL doesn't run as root; there is no user '{Name}', and no useradd to create it.");
        CommandLine.Outcome outcome = await CommandLine.RunAsync([useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", Name], "/", cancellationToken);
        if (outcome.ExitCode != 0)
            throw new PostgresUnavailableException($"PostgreSQL doesn't run as root, and the user '{Name}' can't be created: {outcome.Output}");
    }
}
