import ArgumentParser
import CloudAPI
struct V: ParsableCommand { @Option var a: String = "" ; func run() { if a == "z" { print(placeholder()) } } }
V.main()
