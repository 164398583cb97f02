import SystemSupport

/// A prompt, taken apart into what is seen and what only styles it.
package struct PromptText: Equatable, Sendable {
    /// What stands around a styling sequence in `marked`.
    package static let delimiter: Unicode.Scalar = "\u{1}"

    /// The prompt with every run of styling sequences between two delimiters, so that the line editor does not count
    /// them as columns.
    ///
    /// A run at the very end stands before the last visible character instead: libedit sends a sequence only together
    /// with the character behind it. Prompts end in a blank, where the difference cannot be seen.
    package let marked: String

    /// The prompt without its styling: what takes columns.
    package let visible: String

    /// Takes CSI and OSC sequences as styling. Other control characters are left out, but for the newline.
    package init(_ prompt: String) {
        var parts = Parts()
        var rest = prompt.unicodeScalars[...]
        while let scalar = rest.first {
            if let sequence = PromptText.sequence(at: rest) {
                parts.style(sequence)
                rest = rest[sequence.endIndex...]
            } else {
                rest.removeFirst()
                let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                if !isControl || scalar == "\n" { parts.show(scalar) }
            }
        }
        parts.finish()
        marked = String(parts.marked)
        visible = String(parts.visible)
    }

    private struct Parts {
        var marked = String.UnicodeScalarView()
        var visible = String.UnicodeScalarView()
        private var pending = String.UnicodeScalarView()

        mutating func style(_ sequence: Substring.UnicodeScalarView) {
            pending.append(contentsOf: sequence)
        }

        mutating func show(_ scalar: Unicode.Scalar) {
            // Nothing can be attached to a newline: the style waits for the next character.
            if scalar != "\n" { flush() }
            marked.append(scalar)
            visible.append(scalar)
        }

        private mutating func flush() {
            guard !pending.isEmpty else { return }
            marked.append(PromptText.delimiter)
            marked.append(contentsOf: pending)
            marked.append(PromptText.delimiter)
            pending.removeAll()
        }

        mutating func finish() {
            guard !pending.isEmpty, let last = visible.last, last != "\n" else { return }
            marked.removeLast()
            // The last character may have a style of its own before it: two runs that touch must be one.
            if marked.last == PromptText.delimiter {
                marked.removeLast()
                marked.append(contentsOf: pending)
                marked.append(PromptText.delimiter)
            } else {
                flush()
            }
            marked.append(last)
        }
    }

    /// The escape sequence that `text` begins with.
    private static func sequence(at text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
        guard text.first == "\u{1b}" else { return nil }
        var index = text.index(after: text.startIndex)
        guard index < text.endIndex else { return nil }
        switch text[index] {
        case "[":
            index = text.index(after: index)
            while index < text.endIndex {
                let value = text[index].value
                index = text.index(after: index)
                if (0x40...0x7e).contains(value) { return text[text.startIndex..<index] }
                if !(0x20...0x3f).contains(value) { return nil }
            }
        case "]":
            while index < text.endIndex {
                let scalar = text[index]
                let next = text.index(after: index)
                if scalar == "\u{7}" { return text[text.startIndex..<next] }
                if scalar == "\u{1b}", next < text.endIndex, text[next] == "\\" {
                    return text[text.startIndex..<text.index(after: next)]
                }
                index = next
            }
        default: break
        }
        return nil
    }
}
