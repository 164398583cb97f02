import CLibEdit

/// How many columns the line editor takes a character for: by the C library's tables, as libedit has it. Where the cursor
/// stands can only be told by the same tables; for all other text there is `displayWidth`.
///
/// Before a locale with UTF-8 has been chosen, characters beyond ASCII count one column each.
package enum DisplayWidth {
    /// Takes the character set from the environment, and UTF-8 where the environment has another one. `LineEditor` does
    /// this too. Returns whether the character set is UTF-8 now.
    @discardableResult
    package static func useLocale() -> Bool {
        libedit_use_utf8_locale() != 0
    }

    /// Columns of one character: 0 for combining marks, 2 for wide ones, and 2 for a control character, which is
    /// shown as `^X`.
    package static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x20 || scalar.value == 0x7f { return 2 }
        if scalar.value < 0x7f { return 1 }
        let width = Int(libedit_column_width(Int32(bitPattern: scalar.value)))
        return width < 0 ? 1 : width
    }
}

/// Where text ends on a terminal of a given width, when it is written from the left edge and wraps.
package struct ScreenPosition: Equatable, Sendable {
    /// Rows below the first one.
    package private(set) var row = 0
    /// Columns from the left edge.
    package private(set) var column = 0

    package init() {}

    /// Writes text in the way the line editor does: newlines go to the next row, tabs to the next eighth column, a
    /// wide character that does not fit wraps as a whole, and a full row wraps at once.
    package mutating func write(_ text: some Sequence<Unicode.Scalar>, width: Int) {
        let width = max(width, 2)
        for scalar in text {
            switch scalar {
            case "\n":
                row += 1
                column = 0
            case "\t":
                repeat { put(1, width: width) } while column % 8 != 0
            default:
                put(DisplayWidth.columns(of: scalar), width: width)
            }
        }
    }

    private mutating func put(_ columns: Int, width: Int) {
        if column + columns > width {
            row += 1
            column = 0
        }
        column += columns
        if column >= width {
            row += 1
            column = 0
        }
    }
}
