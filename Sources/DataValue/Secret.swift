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
        let size: Int
        init(_ parts: [Part], size: Int) {
            self.parts = parts
            self.size = size
        }
    }
    private let storage: Storage

    /// Text that is wholly secret.
    public init(_ content: String) { storage = Storage([.hidden(content)], size: Self.size(of: content)) }
    private init(parts: [Part], size: Int) { storage = Storage(parts, size: size) }

    /// What a part takes besides its text, in bytes: empty parts take room as well.
    private static let partSize = 64
    private static func size(of text: String) -> Int { text.utf8.count + partSize }

    /// About how much memory it takes, in bytes; never less than its content has.
    package var size: Int { storage.size }

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
        Secret(parts: left.storage.parts + right.storage.parts, size: left.size + right.size)
    }
    public static func + (left: Secret, right: String) -> Secret {
        Secret(parts: left.storage.parts + [.plain(right)], size: left.size + size(of: right))
    }
    public static func + (left: String, right: Secret) -> Secret {
        Secret(parts: [.plain(left)] + right.storage.parts, size: size(of: left) + right.size)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { masked }
    public var debugDescription: String { masked }
    /// No mirror, so that neither `dump` nor a crash's report walks into the content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
