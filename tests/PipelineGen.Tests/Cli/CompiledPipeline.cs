using System.Reflection;
using System.Reflection.Emit;

namespace PipelineGen.Tests.Cli;

/// <summary>An assembly on disk with row classes as the generator leaves them; nothing ever loads it.</summary>
internal static class CompiledPipeline
{
    public static void Write(string path, params (string Type, string Table, string? Ddl)[] rows)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Shop"), typeof(object).Assembly);
        ModuleBuilder module = assembly.DefineDynamicModule("Shop");
        ConstructorInfo attribute = typeof(PostgresTableAttribute).GetConstructor([typeof(string)])!;
        foreach ((string name, string table, string? ddl) in rows)
        {
            TypeBuilder type = module.DefineType($"Shop.{name}", TypeAttributes.Public);
            type.SetCustomAttribute(new CustomAttributeBuilder(typeof(ObsoleteAttribute).GetConstructor([typeof(string)])!, ["public.not_this"]));
            type.SetCustomAttribute(new CustomAttributeBuilder(attribute, [table]));
            type.DefineField("StarRocksDdl2", typeof(string), FieldAttributes.Public | FieldAttributes.Static);
            if (ddl is not null)
            {
                type.DefineField("StarRocksDdl", typeof(string), FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal)
                    .SetConstant(ddl);
            }

            type.CreateType();
        }

        module.DefineType("Shop.Unrelated", TypeAttributes.Public).CreateType();
        assembly.Save(path);
    }
}
