import Glibc

/// Why the operating system did not do as asked.
package struct SystemError: Error, Sendable, Equatable {
    /// What kind of trouble it is, where a caller treats one unlike the others.
    package enum Kind: Sendable, Equatable {
        /// The system's own error number (`errno`).
        case number(Int32)
        /// More than the limit that the caller set.
        case tooLarge
        /// The caller's ``Cancellation`` was raised.
        case cancelled
        /// Something else, which the message says.
        case other
    }
    package let kind: Kind
    /// What happened and to what, for a person: `report.csv: No such file or directory`.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The error of a call that failed just now: takes `errno`.
    ///
    /// - Parameter subject: What the call was about, mostly a path.
    package init(_ subject: String, number: Int32 = errno) {
        self.init(.number(number), "\(subject.visible): \(Self.reason(number))")
    }

    /// The system's words for an error number.
    package static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    static func cancelled(_ subject: String) -> SystemError {
        SystemError(.cancelled, "\(subject.visible): interrupted")
    }

    package var isCancellation: Bool { kind == .cancelled }
    /// The reader of a pipe or socket is gone.
    package var isClosedPipe: Bool { kind == .number(EPIPE) }
}
