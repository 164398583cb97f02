/// Text that a terminal sends as pasted.
package enum PasteText {
    /// What the terminal sends before a paste.
    static let begin = Array("\u{1b}[200~".utf8)
    /// What it sends behind one.
    static let end = Array("\u{1b}[201~".utf8)

    /// Larger pastes are refused as a whole, in bytes: half a paste is worse than none.
    static let maximumBytes = 16 << 20

    /// The text to insert: line ends become newlines, other control characters but the tab are left out, what is no
    /// UTF-8 becomes U+FFFD, and line ends at the very end are dropped, since Enter adds one.
    package static func cleaned(_ bytes: some Collection<UInt8>) -> String {
        var result = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": result.append("\n")
            case "\n": if !afterReturn { result.append("\n") }
            case "\t": result.append(scalar)
            default:
                let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                if !isControl { result.append(scalar) }
            }
            afterReturn = scalar == "\r"
        }
        while result.last == "\n" { result.removeLast() }
        return String(result)
    }
}
