extension Value {
    /// The text that a value has in interpolation and `print`: strings as they are, durations in their shortest
    /// notation, secrets masked, everything else as compact JSON in one line.
    package var displayText: String {
        switch self {
        case .string(let text): text
        case .duration(let span): durationText(span)
        case .secret(let secret): secret.masked
        case .int(let number): String(number)
        default: JSON.text(self)
        }
    }
}
