let moduleName = "VPCShell"
