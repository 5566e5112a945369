namespace PipelineGen.IntegrationTests.Aot;

/// <summary>What an ahead-of-time publish needs beside the SDK: a linker driver, and the zlib that is linked into the program.</summary>
internal static class NativeToolchain
{
    /// <summary>The reason to skip; null where everything is there.</summary>
    public static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "the ahead-of-time program is published for Linux only";
        if (!IsOnPath("clang") && !IsOnPath("gcc"))
            return "no linker for an ahead-of-time publish: neither clang nor gcc is on PATH; on Debian: apt-get install clang zlib1g-dev";
        return File.Exists("/usr/include/zlib.h") || File.Exists("/usr/local/include/zlib.h")
            ? null
            : "no zlib to link an ahead-of-time publish with; on Debian: apt-get install zlib1g-dev";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
