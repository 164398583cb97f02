import NIOConcurrencyHelpers

import DataValue

/// All operations of the VPC API 2016-04-28, generated from the official SDK by `scripts/generate-catalogue`.
///
/// The catalogue is one text in read-only data. An operation is found by binary search and read when it is first asked
/// for, so that what is not used costs nothing, neither at start-up nor in memory.
package enum Catalogue {
    private static let cache = NIOLockedValueBox<[String: Operation]>([:])

    /// The operation of exactly this name.
    package static func operation(named name: String) -> Operation? {
        if let known = cache.withLockedValue({ $0[name] }) { return known }
        guard let line = CatalogueReader.operations.line(named: name) else { return nil }
        let operation = CatalogueReader.operation(in: line)
        cache.withLockedValue { $0[operation.name] = operation }
        return operation
    }

    /// The operation whose name is this one but for upper and lower case.
    package static func operation(matching name: String) -> Operation? {
        if let exact = operation(named: name) { return exact }
        let folded = name.lowercased()
        return operationNames.first { $0.utf8.count == folded.utf8.count && $0.lowercased() == folded }
            .flatMap(operation(named:))
    }

    /// Sorted by their bytes.
    package static var operationNames: [String] { CatalogueReader.operations.names }

    /// Up to three operations with a name close to one that does not exist, the nearest first.
    package static func nearestOperations(to name: String) -> [String] {
        Spelling.nearest(to: name, among: operationNames)
    }

    /// The host of a region that breaks the naming rule, `vpc.aliyuncs.com` for `cn-hangzhou`; nil for every other, whose
    /// host ``Endpoint/resolve(region:override:allowsInsecure:)`` makes of its id.
    package static func endpoint(region: String) -> String? {
        guard let line = CatalogueReader.endpoints.line(named: region) else { return nil }
        return CatalogueReader.endpoints.text(line).split(separator: "\t").last.map(String.init)
    }
}
