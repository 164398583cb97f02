import SystemSupport

/// A regular expression over the Unicode scalars of a text, matched in time that is bounded by the length of the text
/// multiplied by the size of the expression, whatever the two are.
///
/// What it knows: literals, `.`, classes `[a-z]` and `[^a-z]` with `[:alpha:]` and the like in them, `\d \w \s \D \W \S`
/// (ASCII, as grep has them), `^ $ \A \z \b \B`, groups `( )`, `(?: )` and `(?<name> )`, alternatives, greedy and lazy
/// quantifiers, and the flags `i`, `m` and `s`. Of several ways to match at the first place where one is found, the one
/// that Perl would find first counts. Back-references and look-around need time without a bound, and are refused.
///
/// The stages: ``RegularExpressionParser`` makes a tree, ``RegularExpressionCompiler`` a program, and
/// ``RegularExpressionMatcher`` runs through the text once with all the places of the program that it could be at.
package struct RegularExpression: Sendable {
    /// The largest program. Each literal, class, group and repetition takes an instruction or two, and `{n}` as many as
    /// n copies would.
    package static let instructionLimit = 20_000
    /// How deeply groups may be nested.
    package static let depthLimit = 200
    /// The most capturing groups.
    package static let groupLimit = 99
    /// The longest pattern, in Unicode scalars.
    package static let lengthLimit = 100_000
    /// The most instructions that one search, or one run through all matches, may look at: about a second's worth. A run
    /// through all matches may look at the rest of the text anew from each (`.*b|a`), which a long text does not allow.
    package static let workLimit = 60_000_000

    /// One match: what the whole expression and each of its groups took.
    package struct Match: Sendable, Equatable {
        /// Places in the text's UTF-8: the whole match, then each group; nil for a group that took no part.
        package let ranges: [Range<Int>?]

        /// The whole match.
        package var range: Range<Int> { ranges[0] ?? 0..<0 }
    }

    let program: RegularExpressionProgram
    private let workLimit: Int

    /// Reads a pattern.
    package init(
        _ pattern: String, workLimit: Int = RegularExpression.workLimit
    ) throws(RegularExpressionError) {
        self.workLimit = workLimit
        var parser = try RegularExpressionParser(pattern)
        let tree = try parser.parse()
        var compiler = RegularExpressionCompiler(sets: parser.sets, groupNames: parser.groupNames)
        program = try compiler.compile(tree)
    }

    /// The number of capturing groups.
    package var groupCount: Int { program.groupNames.count }

    /// The number of the group of a name, or nil.
    package func group(named name: String) -> Int? {
        program.groupNames.firstIndex { $0 == name }.map { $0 + 1 }
    }

    /// The first match at or behind a place in the text's UTF-8, or nil. `^` and `\b` see what stands before that place.
    /// Throws where the search takes too long.
    package func firstMatch(in text: String, from offset: Int = 0, _ cancellation: Cancellation? = nil)
        throws(RegularExpressionError) -> Match?
    {
        var found: Match?
        try forEachMatch(in: text, from: offset, cancellation) { match in
            found = match
            return false
        }
        return found
    }

    /// All matches. Throws where the search takes too long.
    package func matches(in text: String) throws(RegularExpressionError) -> [Match] {
        var found: [Match] = []
        try forEachMatch(in: text) { match in
            found.append(match)
            return true
        }
        return found
    }

    /// Hands the matches from a place on, from left to right, none overlapping another, to a closure until that returns
    /// false, or the cancellation is raised. An empty match moves the search on by a scalar. Throws where the search takes
    /// too long.
    package func forEachMatch(
        in text: String, from offset: Int = 0, _ cancellation: Cancellation? = nil, _ take: (Match) -> Bool
    ) throws(RegularExpressionError) {
        var text = text
        let isGivenUp = text.withUTF8 { bytes in
            var matcher = RegularExpressionMatcher(program, bytes, workLimit: workLimit, cancellation)
            var place = max(0, offset)
            while place <= bytes.count, matcher.search(from: place) {
                let match = matcher.match
                guard take(match) else { break }
                place = match.range.isEmpty ? matcher.boundary(behind: match.range.upperBound) : match.range.upperBound
            }
            return matcher.isExhausted
        }
        if isGivenUp {
            throw RegularExpressionError(message: "the search takes too long for a text of this length", offset: 0)
        }
    }
}

/// Why a pattern cannot be read, or a text not be searched.
package struct RegularExpressionError: Error, Sendable, Equatable {
    /// What is wrong, for a person, without the place.
    package var message: String
    /// The place in the pattern, in Unicode scalars, counted from 0.
    package var offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}
