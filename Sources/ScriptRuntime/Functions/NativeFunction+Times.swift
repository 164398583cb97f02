import DataValue
import SystemSupport

/// Points in time are text as the service writes it, RFC 3339 in UTC, which also sorts by time.
extension NativeFunction {
    static let times: [NativeFunction] = [
        NativeFunction("now", 0...0) { arguments in
            guard let time = CivilTime(seconds: arguments.host.now().seconds) else {
                throw arguments.bad("the clock is out of its range")
            }
            return .string(time.text)
        },
        NativeFunction("time_format", 2...2) { arguments in
            let format = try arguments.string(1)
            let time = try arguments.time(0)
            do throws(CivilTime.UnknownDirective) {
                return .string(try time.formatted(format))
            } catch {
                throw arguments.bad(
                    "there is no directive '\(error.text)'",
                    help: "there are %Y %m %d %H %M %S %F %T %R %y %e %I %p %j %u %w %a %A %b %B %s %z %Z %n %t %%")
            }
        },
    ]
}

extension NativeFunction.Arguments {
    /// A point in time: text, or a number of seconds since 1970.
    fileprivate func time(_ place: Int) throws -> CivilTime {
        let seconds: Int?
        switch base[place] {
        case .string(let text):
            guard let time = CivilTime(text) else {
                throw bad("'\(text)' is not a time such as 2026-11-22T21:12:00Z")
            }
            return time
        case .int(let number): seconds = number
        case .float(let number): seconds = Int(exactly: number.rounded(.down))
        default: throw wrong(place, "a time such as '2026-11-22T21:12:00Z', or seconds since 1970")
        }
        guard let seconds, let time = CivilTime(seconds: seconds) else {
            throw bad(
                "\(base[place].displayText) seconds since 1970 lie outside the years 0 to 9999",
                help: "if they are milliseconds, divide them: // 1000")
        }
        return time
    }
}
