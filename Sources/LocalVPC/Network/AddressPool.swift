/// The addresses that the service gives its own: such as are nobody's, so that nothing built here can reach or be
/// mistaken for a machine of somebody's.
///
/// First come those of 198.18.0.0/15, which RFC 2544 sets aside for tests; when these are given out, those of
/// 240.0.0.0/5, of what RFC 1112 reserves.
enum AddressPool {
    private static let first = IPv4Block(firstAddress: 0xC612_0000, length: 15)
    private static let second = IPv4Block(firstAddress: 0xF000_0000, length: 5)

    /// The address with a number, counted from 0. After 134 million of them they begin anew.
    static func address(_ number: Int64) -> IPv4Address {
        // The first address of a block is its network's.
        let position = UInt64(bitPattern: number &+ 1)
        if position < UInt64(first.size) {
            return IPv4Address(bits: first.first.bits | UInt32(truncatingIfNeeded: position))
        }
        let offset = position - UInt64(first.size)
        return IPv4Address(bits: second.first.bits | UInt32(truncatingIfNeeded: offset % UInt64(second.size)))
    }

    /// Whether the service gives such addresses out: then whoever has it is here or nowhere.
    static func contains(_ address: IPv4Address) -> Bool { first.contains(address) || second.contains(address) }
}

extension CallContext {
    /// An address that no other resource has.
    func newAddress() throws -> IPv4Address { AddressPool.address(try store.nextNumber("address")) }
}
