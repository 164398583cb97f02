import DataValue

/// How long the service takes for what it does, in nanoseconds.
package struct LifeCycleTiming: Sendable, Equatable {
    /// A VPC or vSwitch is `Pending` that long after it was created.
    package var network: Nanoseconds
    /// A VPN gateway is `provisioning` that long after it was created.
    package var gateway: Nanoseconds
    /// A VPN gateway is `updating` that long after it or one of its connections was changed, and refuses changes.
    package var configuration: Nanoseconds
    /// A VPN gateway is `deleting` that long before it is gone.
    package var deletion: Nanoseconds
    /// A route of a VPN gateway or connection refuses changes that long after one.
    package var route: Nanoseconds
    /// How long a diagnosis takes.
    package var diagnosis: Nanoseconds
    /// From the start of a negotiation until the IKE security association stands.
    package var phaseOne: Nanoseconds
    /// From the start of a negotiation until the IPsec security association stands.
    package var phaseTwo: Nanoseconds
    /// Whether the service's clock stands until somebody puts it forward.
    package var isFrozen = false

    package init(
        network: Nanoseconds, gateway: Nanoseconds, configuration: Nanoseconds, phaseOne: Nanoseconds,
        phaseTwo: Nanoseconds, deletion: Nanoseconds = 0, route: Nanoseconds = 0, diagnosis: Nanoseconds = 0
    ) {
        self.deletion = deletion
        self.route = route
        self.diagnosis = diagnosis
        self.network = network
        self.gateway = gateway
        self.configuration = configuration
        self.phaseOne = phaseOne
        self.phaseTwo = phaseTwo
    }

    /// Long enough to be seen and to be waited for, short enough to play with.
    package static let fast = LifeCycleTiming(
        network: 300_000_000, gateway: 3_000_000_000, configuration: 2_000_000_000, phaseOne: 2_000_000_000,
        phaseTwo: 4_000_000_000, deletion: 1_000_000_000, route: 500_000_000, diagnosis: 1_000_000_000)

    /// As fast, but by a clock that stands: what is to happen happens when it is put forward.
    package static var frozen: LifeCycleTiming {
        var timing = fast
        timing.isFrozen = true
        return timing
    }

    /// Roughly what the real service takes.
    package static let real = LifeCycleTiming(
        network: 3_000_000_000, gateway: 300_000_000_000, configuration: 30_000_000_000, phaseOne: 10_000_000_000,
        phaseTwo: 20_000_000_000, deletion: 60_000_000_000, route: 5_000_000_000, diagnosis: 30_000_000_000)

    /// Everything is done at once.
    package static let immediate = LifeCycleTiming(network: 0, gateway: 0, configuration: 0, phaseOne: 0, phaseTwo: 0)

    /// Whether a span has gone by. It also counts as gone by where the clock stands before its beginning: a clock that
    /// was set back must not keep a resource busy until it has caught up.
    func hasPassed(_ span: Nanoseconds, since start: Nanoseconds, at now: Nanoseconds) -> Bool {
        let (elapsed, overflows) = now.subtractingReportingOverflow(start)
        return overflows || elapsed < 0 || elapsed >= span
    }
}

extension LifeCycleTiming {
    /// By the name that users know it by; nil for any other.
    package init?(name: String) {
        switch name {
        case "real": self = .real
        case "fast": self = .fast
        case "frozen": self = .frozen
        default: return nil
        }
    }
}
