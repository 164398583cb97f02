import AsyncHTTPClient
import DataValue
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SystemSupport

/// Says in plain words why an exchange with a host failed.
struct FailureReader {
    /// Scheme, host and port.
    let host: String
    /// Whether any part of the request left.
    let wasSent: Bool
    let timeouts: Timeouts

    var cancelled: TransportError {
        TransportError(.cancelled, "interrupted while waiting for \(host)", mayHaveArrived: wasSent)
    }

    func read(_ error: any Error) -> TransportError {
        switch error {
        case let error as HTTPClientError: return read(error)
        case let error as NIOConnectionError: return read(error)
        case is ChannelError where !wasSent: return timedOut("\(host) takes no connection within \(limit(connecting))")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return failed(.tls, "the secure connection to \(host) failed: \(error)")
        case let error as IOError: return read(error)
        case is HTTPParserError: return failed(.network, "\(host) does not answer in HTTP, or only half: \(error)")
        default: return failed(.network, "the exchange with \(host) failed: \(error)")
        }
    }

    private func read(_ error: HTTPClientError) -> TransportError {
        switch error {
        case .readTimeout: timedOut("\(host) was silent for \(limit(timeouts.read))")
        case .deadlineExceeded: timedOut("\(host) did not finish its answer within \(limit(timeouts.total))")
        case .connectTimeout, .getConnectionFromPoolTimeout, .writeTimeout:
            timedOut("\(host) takes no connection within \(limit(connecting))")
        case .tlsHandshakeTimeout:
            failed(.tls, "the secure connection to \(host) did not come about within \(limit(connecting))")
        case .remoteConnectionClosed: failed(.network, "\(host) closed the connection before its answer was whole")
        case .cancelled: cancelled
        default: failed(.network, "the exchange with \(host) failed: \(error.shortDescription)")
        }
    }

    private func read(_ error: NIOConnectionError) -> TransportError {
        if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            return failed(.network, "the name of \(host) cannot be resolved")
        }
        let first = error.connectionErrors.first?.error
        if let first = first as? IOError { return read(first) }
        if case .connectTimeout? = first as? ChannelError {
            return timedOut("\(host) takes no connection within \(limit(connecting))")
        }
        return failed(.network, "\(host) cannot be reached")
    }

    private func read(_ error: IOError) -> TransportError {
        let reason = String(cString: strerror(error.errnoCode)).lowercased()
        return failed(
            .network, wasSent ? "the connection to \(host) broke: \(reason)" : "\(host) cannot be reached: \(reason)")
    }

    private var connecting: Duration { min(timeouts.connect, timeouts.total) }

    private func failed(_ reason: TransportError.Reason, _ message: String) -> TransportError {
        TransportError(reason, message, mayHaveArrived: wasSent)
    }

    private func timedOut(_ message: String) -> TransportError { failed(.timeout, message) }

    /// In whole milliseconds: what is left of a limit is some nanoseconds less than it.
    private func limit(_ span: Duration) -> String {
        durationText((min(span.nanoseconds, .max - 999_999) + 999_999) / 1_000_000 * 1_000_000)
    }
}
