/// Text on its way to the library and back: one number for each Unicode scalar.
enum WideText {
    /// With the zero at its end. A zero inside is left out.
    static func terminated(_ text: String) -> [Int32] {
        text.unicodeScalars.lazy.filter { $0 != "\0" }.map { Int32(bitPattern: $0.value) } + [0]
    }

    /// What is no scalar becomes U+FFFD.
    static func string(_ characters: some Sequence<Int32>) -> String {
        var result = String.UnicodeScalarView()
        for character in characters {
            result.append(Unicode.Scalar(UInt32(bitPattern: character)) ?? "\u{fffd}")
        }
        return String(result)
    }
}
