namespace PipelineGen.IntegrationTests.Aot;

/// <summary>A test that needs the native toolchain; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AheadOfTimeFactAttribute : FactAttribute
{
    public AheadOfTimeFactAttribute() => Skip = NativeToolchain.WhatIsMissing();
}
