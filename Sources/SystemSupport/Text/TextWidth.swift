extension String {
    /// How many columns of a terminal the text takes: East Asian wide characters and emoji take two, combining marks
    /// none. The text holds no control characters (see ``visible``).
    package var displayWidth: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(into: 0) { $0 += $1.displayWidth }
    }

    /// The text if it fits into a number of columns, else its beginning and `…`, together at most as wide.
    package func shortened(toWidth width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 1 else { return width == 1 ? "…" : "" }
        var kept = ""
        var used = 0
        for character in self {
            let next = character.displayWidth
            if used + next > width - 1 { break }
            kept.append(character)
            used += next
        }
        return kept + "…"
    }

    /// The text with blanks after it, or before it, up to a number of columns.
    package func padded(toWidth width: Int, alignedRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - displayWidth))
        return alignedRight ? blanks + self : self + blanks
    }
}

extension Character {
    /// How many columns of a terminal the character takes, all its scalars together.
    package var displayWidth: Int {
        let scalars = unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return first.displayWidth }
        // What is drawn as one picture: a flag, a sequence of joined emoji, a sign with the emoji selector.
        if scalars.contains(where: { $0 == "\u{200D}" || $0 == "\u{FE0F}" }), first.properties.isEmoji { return 2 }
        if scalars.contains(where: { $0.properties.isEmojiModifier }), first.properties.isEmojiModifierBase { return 2 }
        if (0x1F1E6...0x1F1FF).contains(first.value) { return 2 }
        return scalars.reduce(0) { $0 + $1.displayWidth }
    }
}

extension Unicode.Scalar {
    /// How many columns of a terminal the scalar takes on its own: 0, 1 or 2.
    package var displayWidth: Int {
        if value < 0x300 { return 1 }
        // The second and third part of a Korean syllable written in parts.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value) { return 0 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return isWide ? 2 : 1
    }

    private var isWide: Bool {
        if value < 0x1100 { return false }
        var low = 0
        var high = Self.wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if value > Self.wideRanges[middle].upperBound { low = middle + 1 } else { high = middle }
        }
        if low < Self.wideRanges.count, Self.wideRanges[low].contains(value) { return true }
        return properties.isEmojiPresentation
    }

    /// The ranges whose East_Asian_Width is Wide or Fullwidth (Unicode 15), apart from single signs that are emoji by
    /// default; unassigned places between two wide ones count as wide.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
