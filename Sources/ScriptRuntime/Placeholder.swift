let moduleName = "ScriptRuntime"
