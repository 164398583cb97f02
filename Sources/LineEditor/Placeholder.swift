let moduleName = "LineEditor"
