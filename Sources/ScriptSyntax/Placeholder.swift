let moduleName = "ScriptSyntax"
