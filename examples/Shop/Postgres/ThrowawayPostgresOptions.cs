namespace Shop.Postgres;

/// <summary>How a <see cref="ThrowawayPostgres"/> is made.</summary>
public sealed record ThrowawayPostgresOptions
{
    /// <summary>Server settings on top of the defaults, such as <c>["synchronous_standby_names"] = "*"</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The superuser's password for TCP (SCRAM); null lets everybody on the loopback in.</summary>
    public string? Password { get; init; }

    /// <summary>The folder of the server's programs, for a version of one's choice; null for what the machine has.</summary>
    public string? BinaryDirectory { get; init; }

    /// <summary>How long initdb and each start may take.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told, in a line, when something takes its time, such as the installation of the binaries.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>The clock of the limits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>How the server goes down; the names are pg_ctl's.</summary>
public enum ShutdownMode
{
    /// <summary>Sessions are ended and their transactions rolled back; walsenders first send what they have.</summary>
    Fast,

    /// <summary>Like a crash: no checkpoint, and recovery at the next start.</summary>
    Immediate,
}
