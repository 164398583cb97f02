/// Where nonces and client tokens come from: injected, so that tests know them.
package protocol UniqueTextSource: Sendable {
    /// A text that no other call has used or will use, of printable ASCII without blanks, at most 64 characters.
    func next() -> String
}

/// Random UUIDs (RFC 9562, version 4).
package struct RandomUUIDs: UniqueTextSource {
    /// Seeded by the system.
    package init() {}

    /// A new one in lower case, 36 characters.
    package func next() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, word) in [high, low].enumerated() {
            for nibble in 0..<16 {
                let position = index * 16 + nibble
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    text.append(UInt8(ascii: "-"))
                }
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble * 4)) & 15
                text.append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension APICall {
    /// The call with a client token, where it is a write whose operation takes one and none is given.
    ///
    /// A token names one intended write. Whoever repeats a call repeats the call that this returned, never the one
    /// before it.
    package func withClientToken(from source: some UniqueTextSource) -> APICall {
        guard isWrite, clientToken == nil, isOfCatalogue,
            let parameter = Catalogue.operation(named: action)?.parameter(named: "ClientToken")
        else { return self }
        var call = self
        call.parameters.removeAll { $0.name == "ClientToken" }
        call.parameters.append(WireParameter("ClientToken", source.next(), position: parameter.position))
        call.tokenOrigin = .made
        return call
    }

    /// The client token that the call carries; nil where it has none or an empty one.
    package var clientToken: String? {
        parameters.first { $0.name == "ClientToken" && !$0.value.isEmpty }?.value
    }

    /// The parameters as they may be shown: `****` for what is secret.
    package var redactedParameters: [(name: String, value: String)] {
        parameters.map { parameter in
            let isSecret = parameter.isSecret || SecretNames.contains(parameter.name)
            return (parameter.name, isSecret ? "****" : parameter.value)
        }
    }
}
