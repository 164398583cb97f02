import Synchronization

// A call that changes something may fail without anybody knowing whether the change was made. Whoever repeats it must
// say that it is the same work as before, and must not say so of other work that only looks the same. So a machine keeps
// what its calls left unfinished, by the statements that were running (in each frame, one), for as long as a `retry` can
// still repeat one of these: until the statement begins anew or its frame is gone.

/// Work that a call left behind without knowing whether it was done.
package struct UnfinishedWork: Sendable, Equatable {
    /// What was to be done: the same text for the same work.
    package var work: String
    /// What tells it from other work of the same text, to whoever does it.
    package var identity: String

    package init(work: String, identity: String) {
        self.work = work
        self.identity = identity
    }
}

/// What the calls of one machine have left unfinished.
final class UnfinishedWorkList: Sendable {
    /// A statement that is running in a frame.
    struct Place: Hashable {
        let frame: Int
        let statement: Int
    }
    private struct Entry {
        /// Outermost first.
        var places: [Place]
        let work: UnfinishedWork
    }
    private let entries = Mutex<[Entry]>([])

    var isEmpty: Bool { entries.withLock(\.isEmpty) }
    var all: [UnfinishedWork] { entries.withLock { $0.map(\.work) } }

    func add(_ work: [UnfinishedWork], at places: [Place]) {
        entries.withLock { $0 += work.map { Entry(places: places, work: $0) } }
    }

    /// Statements for which this holds, and those within them, cannot be repeated any more.
    func forget(_ isOver: (Place) -> Bool) {
        entries.withLock { entries in
            for index in entries.indices.reversed() {
                guard let first = entries[index].places.firstIndex(where: isOver) else { continue }
                entries[index].places.removeSubrange(first...)
                if first == 0 { entries.remove(at: index) }
            }
        }
    }

    /// Takes the identity of work that belongs to one of the statements that are being repeated.
    func take(_ work: String, of repeated: Set<Place>) -> String? {
        entries.withLock { entries in
            let found = entries.firstIndex { entry in
                entry.work.work == work && entry.places.contains(where: repeated.contains)
            }
            return found.map { entries.remove(at: $0).work.identity }
        }
    }
}

/// The unfinished work that a call may take up, since it belongs to a statement that is being repeated.
package struct RepeatedWork: Sendable {
    var sources: [(list: UnfinishedWorkList, repeated: Set<UnfinishedWorkList.Place>)] = []

    /// The identity of the same work when it was left unfinished; it is given out once. Nil where there is none, so that
    /// the work is new.
    package func take(_ work: String) -> String? {
        for source in sources {
            if let identity = source.list.take(work, of: source.repeated) { return identity }
        }
        return nil
    }
}

extension Machine {
    /// The statement that is running in each frame, outermost first.
    private var places: [UnfinishedWorkList.Place] {
        (0..<frames.count).compactMap { place(in: $0) }
    }

    private func place(in index: Int) -> UnfinishedWorkList.Place? {
        let frame = frames[index]
        guard frame.position > 0 else { return nil }
        let statement = Int(frame.code.notes[frame.position - 1].statement)
        return statement < 0 ? nil : .init(frame: index, statement: statement)
    }

    /// Of the statements that are running, those that a `retry` has begun again.
    private var repeatedPlaces: Set<UnfinishedWorkList.Place> {
        if retries.isEmpty { return [] }
        let retried = Set(retries.keys.map { UnfinishedWorkList.Place(frame: $0.frame, statement: $0.statement) })
        return retried.intersection(places)
    }

    /// Whether the statement that runs, or one that called it, is being repeated.
    var isRepetition: Bool { !repeatedWork.sources.isEmpty }

    /// What a call that runs now may take up.
    var repeatedWork: RepeatedWork {
        var work = inheritedWork
        let repeated = repeatedPlaces
        if !repeated.isEmpty { work.sources.append((unfinished, repeated)) }
        return work
    }

    /// Keeps what a call left unfinished that failed just now.
    func keepUnfinished(_ work: [UnfinishedWork]) {
        if work.isEmpty { return }
        unfinished.add(work, at: places)
        hasUnfinished = true
    }

    /// A statement of the last frame begins anew.
    func forgetUnfinished(of statement: Int) {
        let begun = UnfinishedWorkList.Place(frame: frames.count - 1, statement: statement)
        unfinished.forget { $0 == begun }
        hasUnfinished = !unfinished.isEmpty
    }

    /// Frames from a number on are gone.
    func forgetUnfinished(above count: Int) {
        unfinished.forget { $0.frame >= count }
        hasUnfinished = !unfinished.isEmpty
    }
}
