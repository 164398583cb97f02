/// Text of which some parts must never be shown.
///
/// A secret prints as its plain parts around `****`. The content leaves only through ``content``, which the signing of
/// a request and the language's `reveal` read, and nothing else should.
public struct Secret: Sendable, Equatable {
    /// What stands for each hidden part.
    public static let mask = "****"

    private enum Part: Sendable, Equatable {
        case plain(String)
        case hidden(String)
    }
    private final class Storage: Sendable {
        let parts: [Part]
        init(_ parts: [Part]) { self.parts = parts }
    }
    private let storage: Storage

    /// Text that is wholly secret.
    public init(_ content: String) { storage = Storage([.hidden(content)]) }
    private init(parts: [Part]) { storage = Storage(parts) }

    public var content: String {
        storage.parts.reduce(into: "") { text, part in
            switch part {
            case .plain(let piece), .hidden(let piece): text += piece
            }
        }
    }

    /// What may be shown: the plain parts, with ``mask`` for each hidden one.
    public var masked: String {
        storage.parts.reduce(into: "") { text, part in
            switch part {
            case .plain(let piece): text += piece
            case .hidden: text += Self.mask
            }
        }
    }

    public static func == (left: Secret, right: Secret) -> Bool { isSameText(left.content, right.content) }

    public static func + (left: Secret, right: Secret) -> Secret {
        Secret(parts: left.storage.parts + right.storage.parts)
    }
    public static func + (left: Secret, right: String) -> Secret {
        Secret(parts: left.storage.parts + [.plain(right)])
    }
    public static func + (left: String, right: Secret) -> Secret {
        Secret(parts: [.plain(left)] + right.storage.parts)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { masked }
    public var debugDescription: String { masked }
    /// No mirror, so that neither `dump` nor a crash's report walks into the content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
