namespace PipelineGen.Cli;

/// <summary>The exit statuses that scripts rely on; see ARCHITECTURE, section 3.</summary>
internal static class ExitStatus
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Differences = 3;
}
