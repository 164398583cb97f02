import DataValue
import Glibc
import Testing

/// The public conformance suite of JMESPath, where it is at hand.
@Suite struct JMESPathComplianceTests {
    struct Case: CustomTestStringConvertible {
        let file: String
        let given: Value
        let expression: String
        let expectation: Record

        var testDescription: String { "\(file): \(expression)" }
    }

    static let files = [
        "basic", "boolean", "current", "escape", "filters", "functions", "identifiers", "indices", "literal",
        "multiselect", "pipe", "slice", "syntax", "unicode", "wildcard",
    ]

    /// Beside the package's folder.
    static let folder: String = {
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(package)/../shared/jmespath-compliance"
    }()

    static let isAtHand = access("\(folder)/basic.json", R_OK) == 0

    static let cases: [Case] = isAtHand ? files.flatMap(read) : []

    static func read(_ name: String) -> [Case] {
        guard case .list(let groups)? = try? JSON.parse(contents("\(folder)/\(name).json")) else { return [] }
        return groups.flatMap { group -> [Case] in
            guard case .record(let group) = group, case .list(let cases)? = group["cases"] else { return [] }
            return cases.compactMap { item in
                guard case .record(let item) = item, case .string(let expression)? = item["expression"],
                    item["result"] != nil || item["error"] != nil
                else { return nil }
                return Case(file: name, given: group["given"] ?? .null, expression: expression, expectation: item)
            }
        }
    }

    static func contents(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    @Test(.enabled(if: isAtHand, "the conformance suite is not beside the package"))
    func allCasesAreThere() {
        #expect(Self.cases.count == 892)
    }

    @Test(.enabled(if: isAtHand, "the conformance suite is not beside the package"), arguments: cases)
    func behavesAsSpecified(_ item: Case) {
        do throws(JMESPathError) {
            let result = try JMESPath(item.expression).evaluate(item.given)
            #expect(item.expectation["result"] == result)
        } catch {
            #expect(item.expectation["error"] == .string(error.kind.rawValue), "\(error.message)")
            #expect((0...item.expression.utf8.count).contains(error.offset))
        }
    }
}
