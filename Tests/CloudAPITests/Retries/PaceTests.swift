import CloudAPI
import DataValue
import SystemSupport
import Testing

@Suite("A session's budget of repetitions")
struct RetryBudgetTests {
    @Test("A hundred repetitions in a row, then none")
    func runsOut() {
        var budget = RetryBudget()
        let taken = (0..<101).map { _ in budget.take() }
        #expect(taken == Array(repeating: true, count: 100) + [false])
        #expect(budget.balance == 0)
    }

    @Test("Successes pay back, up to the full budget")
    func paysBack() {
        var budget = RetryBudget()
        while budget.take() {}
        budget.succeed(afterRepetition: true)
        #expect(budget.balance == RetryBudget.cost)
        _ = budget.take()
        for _ in 0..<4 { budget.succeed(afterRepetition: false) }
        #expect(budget.balance == RetryBudget.cost - 1)
        budget.succeed(afterRepetition: false)
        let taken = budget.take()
        #expect(taken)
        for _ in 0..<1000 { budget.succeed(afterRepetition: true) }
        #expect(budget.balance == RetryBudget.capacity)
    }
}

@Suite("A client's own pace")
struct RateLimiterTests {
    private let second: Int64 = 1_000_000_000

    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test("Nothing waits until the service has refused")
    func unlimited() {
        var limiter = RateLimiter()
        let waits = (0..<1000).map { limiter.reserve(now: at(Int64($0))) }
        #expect(waits.allSatisfy { $0 == .zero })
        limiter.accepted(sent: 0, now: at(second))
        #expect(limiter.rate == nil)
    }

    @Test("A refusal halves the measured pace, and requests leave at equal distances")
    func slowsDown() {
        var limiter = RateLimiter()
        // Forty requests in a second.
        for call in 0..<40 { _ = limiter.reserve(now: at(Int64(call) * second / 40)) }
        limiter.throttled(sent: at(second - 1), now: at(second))
        #expect(limiter.rate == 20)
        let waits = (0..<5).map { _ in limiter.reserve(now: at(second)) }
        #expect(waits == (1...5).map { .nanoseconds(Int64($0) * second / 20) })
    }

    @Test("Requests that were under way together slow the client once; one that was sent later, again")
    func oneCutForAll() {
        var limiter = RateLimiter()
        for call in 0..<40 { _ = limiter.reserve(now: at(Int64(call))) }
        for answer in 0..<40 { limiter.throttled(sent: at(Int64(answer)), now: at(100 + Int64(answer))) }
        let once = limiter.rate
        #expect(once == 20)
        limiter.throttled(sent: at(second), now: at(second + 1))
        #expect(limiter.rate == 20, "the service still counts what came before")
        for _ in 0..<20 { _ = limiter.reserve(now: at(2 * second)) }
        limiter.throttled(sent: at(2 * second), now: at(2 * second + 1))
        #expect(limiter.rate == 10)
    }

    @Test("It never falls below one request in two seconds")
    func floor() {
        var limiter = RateLimiter()
        for time in 1..<100 {
            limiter.throttled(sent: at(Int64(time) * 2 * second), now: at(Int64(time) * 2 * second + 1))
        }
        #expect(limiter.rate == 0.5)
    }

    @Test("Accepted requests speed it up: quickly to the refused pace, slowly beyond, then without a limit")
    func speedsUp() {
        var limiter = RateLimiter()
        for call in 0..<40 { _ = limiter.reserve(now: at(Int64(call))) }
        limiter.throttled(sent: 40, now: 41)
        var now: Int64 = 41
        var rates: [Double] = []
        for _ in 0..<60 {
            now += second
            limiter.accepted(sent: at(now), now: at(now))
            rates.append(limiter.rate ?? .infinity)
        }
        #expect(rates == rates.sorted())
        #expect(rates.firstIndex { $0 >= 40 } == 1, "two seconds to the pace at which it was refused")
        #expect(rates[5] < 60, "beyond, with care")
        #expect(rates.last == .infinity)
        let wait = limiter.reserve(now: at(now))
        #expect(wait == .zero)
    }

    @Test("What was sent before the cut says nothing about the pace after it")
    func oldAnswers() {
        var limiter = RateLimiter()
        limiter.throttled(sent: 0, now: at(second))
        let rate = limiter.rate
        for _ in 0..<10 { limiter.accepted(sent: at(second - 1), now: at(5 * second)) }
        #expect(limiter.rate == rate)
    }

    @Test("A service that takes 50 a second: the client settles near it")
    func settles() {
        var limiter = RateLimiter()
        var served: [Int64] = []
        var now: Int64 = 0
        var refusals = 0
        var sent = 0
        while now < 60 * second {
            let wait = limiter.reserve(now: at(now))
            now += wait.nanoseconds + 1_000_000
            sent += 1
            served.removeAll { $0 <= now - second }
            if served.count >= 50 {
                limiter.throttled(sent: at(now), now: at(now))
                refusals += 1
            } else {
                served.append(now)
                limiter.accepted(sent: at(now), now: at(now))
            }
        }
        let done = sent - refusals
        #expect(done > 60 * 50 / 2, "\(done) in a minute")
        #expect(refusals < done / 20, "\(refusals) refusals of \(sent)")
    }
}
