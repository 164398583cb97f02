/// Finds a text in others, byte for byte, in linear time (Knuth, Morris and Pratt).
struct TextSearch {
    private let part: [UInt8]
    /// For each beginning of the part, the length of the longest shorter beginning that it also ends in.
    private let borders: [Int]

    /// The part is not empty.
    init(_ part: String) {
        self.part = Array(part.utf8)
        var borders = [0]
        var matched = 0
        for byte in self.part.dropFirst() {
            while matched > 0, self.part[matched] != byte { matched = borders[matched - 1] }
            if self.part[matched] == byte { matched += 1 }
            borders.append(matched)
        }
        self.borders = borders
    }

    /// A text cut at each occurrence, none overlapping another.
    func pieces(of text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            var pieces: [String] = []
            var start = 0
            find(in: bytes) { place in
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                start = place + part.count
                return true
            }
            pieces.append(String(decoding: bytes[start...], as: UTF8.self))
            return pieces
        }
    }

    /// How often the part occurs, no occurrence overlapping another.
    func count(in text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            var count = 0
            find(in: bytes) { _ in
                count += 1
                return true
            }
            return count
        }
    }

    /// Whether a text holds the part.
    func isFound(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var isFound = false
            find(in: bytes) { _ in
                isFound = true
                return false
            }
            return isFound
        }
    }

    /// Hands each occurrence's place to a closure until that returns false.
    private func find(in bytes: UnsafeBufferPointer<UInt8>, _ take: (Int) -> Bool) {
        guard let first = part.first else { return }
        var matched = 0
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if matched == 0 {
                if byte != first { continue }
            } else {
                while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            }
            if part[matched] == byte { matched += 1 }
            if matched == part.count {
                matched = 0
                if !take(place - part.count) { return }
            }
        }
    }
}
