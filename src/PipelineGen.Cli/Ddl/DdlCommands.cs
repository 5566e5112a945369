using System.CommandLine;

namespace PipelineGen.Cli.Ddl;

/// <summary>
/// The verbs of <c>pipelinegen ddl</c>. A build runs them after every compilation: nothing here touches Npgsql, Dapper or
/// Spectre.Console, which would have to be loaded first.
/// </summary>
internal static class DdlCommands
{
    private const string ErrorCode = "PGDDL001";
    private const string MsBuildRemedy = "dotnet build -p:PipelineGenDdl=write";

    private static readonly Option<string> Assembly = new("--assembly")
    {
        Description = "The compiled pipeline. It is read, not loaded.",
        Required = true,
        HelpName = "path.dll",
    };

    private static readonly Option<string> Folder = new("--dir")
    {
        Description = "Folder of the DDL files.",
        DefaultValueFactory = _ => "ddl",
        HelpName = "folder",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document." };

    private static readonly Option<bool> MsBuild = new("--msbuild") { Description = "Print one error line in MSBuild's form." };

    public static Command Create()
    {
        var write = new Command("write", "Write the DDL files that changed and remove those of tables that are gone.") { Assembly, Folder, Json };
        write.SetAction(Write);
        var check = new Command("check", "Compare the committed DDL files with the compiled ones; exit status 3 when they differ.")
        {
            Assembly, Folder, Json, MsBuild,
        };
        check.SetAction(Check);
        return new Command("ddl", "StarRocks DDL of a compiled pipeline, committed for review.") { write, check };
    }

    private static int Write(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        IReadOnlyList<ChangedFile> files = Compare(parsed).Select(DdlFolder.Write).ToArray();
        if (parsed.GetValue(Json))
        {
            output.WriteJson(new { files });
        }
        else
        {
            foreach (ChangedFile file in files)
                output.WriteLine($"{file.Change.ToString().ToLowerInvariant(),-9} {file.Path}");
        }

        return ExitStatus.Fine;
    }

    private static int Check(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        IReadOnlyList<DdlFile> files = Compare(parsed);
        DdlFile[] differing = files.Where(f => f.State != DdlState.Current).ToArray();
        if (parsed.GetValue(Json))
            output.WriteJson(new { files = files.Select(f => new { f.Path, f.State }) });
        else if (parsed.GetValue(MsBuild))
            WriteMsBuildError(output, differing);
        else
            WriteDifferences(parsed, output, files.Count, differing);
        return differing.Length == 0 ? ExitStatus.Fine : ExitStatus.Differences;
    }

    private static void WriteDifferences(ParseResult parsed, TextWriter output, int count, DdlFile[] differing)
    {
        if (differing.Length == 0)
        {
            output.WriteLine($"{count} DDL files, no differences");
            return;
        }

        foreach (DdlFile file in differing)
        {
            output.WriteLine($"{file.Path}: {Explain(file)}");
            foreach (string line in LineDifference.Between(file.Committed, file.Compiled))
                output.WriteLine($"  {line}");
        }

        output.WriteLine($"run: pipelinegen ddl write --assembly {parsed.GetValue(Assembly)} --dir {parsed.GetValue(Folder)}");
    }

    /// <summary>One error for all files: each would be fixed by the same command.</summary>
    private static void WriteMsBuildError(TextWriter output, DdlFile[] differing)
    {
        if (differing.Length == 0)
            return;
        string others = differing.Length == 1 ? "" : "; also " + string.Join(", ", differing.Skip(1).Select(f => $"{f.Path} ({Word(f)})"));
        output.WriteLine($"{differing[0].Path} : error {ErrorCode}: {Explain(differing[0])}{others}; run: {MsBuildRemedy}");
    }

    private static string Explain(DdlFile file) => file.State switch
    {
        DdlState.Stale => "the committed DDL differs from the compiled one",
        DdlState.Missing => "the DDL of a compiled table is not committed",
        _ => "no compiled table has this DDL any more",
    };

    private static string Word(DdlFile file) => file.State.ToString().ToLowerInvariant();

    private static IReadOnlyList<DdlFile> Compare(ParseResult parsed) =>
        new DdlFolder(parsed.GetValue(Folder)!).Compare(GeneratedDdl.Read(parsed.GetValue(Assembly)!));
}
