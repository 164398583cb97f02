extension String {
    /// The text with everything made visible that would move a cursor, change a terminal's state or hide or reorder
    /// other text: `\n`, `\t`, `\r`, and `\u{1B}` for the rest, as the language writes them in strings.
    package var visible: String { visible(keepsNewlines: false) }

    /// The same for text of several lines: newlines stay, and a tab is a blank.
    package var visibleLines: String { visible(keepsNewlines: true) }

    /// The same for a message: its further lines are indented, so that none of them looks like a message of its own.
    package var visibleMessage: String {
        visibleLines.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }

    private func visible(keepsNewlines: Bool) -> String {
        guard utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return self }
        var text = ""
        text.unicodeScalars.reserveCapacity(unicodeScalars.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "\n" where keepsNewlines: text += "\n"
            case "\t" where keepsNewlines: text += " "
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.isUnsafeToShow {
                    text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isUnsafeToShow: Bool {
        switch value {
        case 0x00..<0x20, 0x7F..<0xA0: true
        // Invisible, or with an effect on the direction of what follows.
        case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        case 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
