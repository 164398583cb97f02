let moduleName = "LocalVPC"
