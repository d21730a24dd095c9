import Base

/// Cuts bytes into records (RFC 4180, with what real files do besides): the machine inside `CSVReader`.
struct CSVScanner {
    private enum State { case start, plain, quoted, closed }

    /// The fields of the record at hand, quotes resolved, one behind another; where each ends; the line it starts on.
    private(set) var record: [UInt8] = []
    private(set) var ends: [Int] = []
    private(set) var recordLine: Int
    private(set) var line: Int
    /// Whether the record is nothing but blanks: an empty line.
    private(set) var isBlank = false

    private let file: String
    private let separator: UInt8
    private let limits: CSVLimits
    private var state = State.start
    private var quoteLine = 0
    private var sawQuote = false
    private var afterReturn = false
    /// Bytes of the present line that earlier chunks held.
    private var columnBase: Int

    /// Starts in front of a line of that number.
    init(file: String, separator: UInt8, limits: CSVLimits, line: Int, at index: Int) {
        (self.file, self.separator, self.limits) = (file, separator, limits)
        (self.line, recordLine, columnBase) = (line, line, -index)
        record.reserveCapacity(4096)
    }

    /// Whether bytes of a record are waiting for its end.
    var isMidRecord: Bool { state != .start || !ends.isEmpty || !record.isEmpty }

    mutating func beginRecord() {
        record.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        (state, sawQuote, isBlank, recordLine) = (.start, false, false, line)
    }

    /// Reads on from `index`; true when a record is complete, false when the bytes are used up.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from index: inout Int) throws(Fault) -> Bool {
        while index < bytes.count {
            if afterReturn {
                afterReturn = false
                if bytes[index] == 10 {
                    try takeLineFeed(bytes, &index)
                    continue
                }
            }
            switch state {
            case .start: if try start(bytes, &index) { return true }
            case .plain: if try plain(bytes, &index) { return true }
            case .quoted: try quoted(bytes, &index)
            case .closed: if try closed(bytes, &index) { return true }
            }
        }
        columnBase += index
        return false
    }

    /// The end of the file: true when a last record without a line end was waiting.
    mutating func finish() throws(Fault) -> Bool {
        if state == .quoted { throw unclosed }
        guard isMidRecord else { return false }
        try endField()
        endRecord()
        return true
    }

    /// The place in the present line of the byte at `index`, from 1.
    func column(at index: Int) -> Int { columnBase + index + 1 }
}

extension CSVScanner {
    @inline(__always)
    private mutating func start(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) -> Bool {
        guard bytes[index] == 34 else { return try plain(bytes, &index) }
        (state, quoteLine, sawQuote) = (.quoted, line, true)
        index += 1
        return false
    }

    @inline(__always)
    private mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) -> Bool {
        let first = index
        while index < bytes.count, bytes[index] != separator, bytes[index] != 10, bytes[index] != 13 { index += 1 }
        try append(bytes, first..<index)
        state = .plain
        return index < bytes.count ? try delimiter(bytes, &index) : false
    }

    private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) {
        let first = index
        while index < bytes.count, bytes[index] != 34, bytes[index] != 10, bytes[index] != 13 { index += 1 }
        try append(bytes, first..<index)
        guard index < bytes.count else { return }
        let byte = bytes[index]
        index += 1
        if byte == 34 {
            state = .closed
        } else {
            try append(bytes, index - 1..<index)
            afterReturn = byte == 13
            newLine(at: index)
        }
    }

    /// LF behind CR is one line end with it; inside quotes both bytes belong to the field.
    private mutating func takeLineFeed(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) {
        if state == .quoted { try append(bytes, index..<index + 1) }
        index += 1
        columnBase = -index
    }

    /// Behind a closing quote: another quote is a doubled one; anything else but a delimiter is kept as it stands.
    private mutating func closed(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) -> Bool {
        guard bytes[index] == 34 else { return try plain(bytes, &index) }
        try append(bytes, index..<index + 1)
        state = .quoted
        index += 1
        return false
    }

    @inline(__always)
    private mutating func delimiter(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) throws(Fault) -> Bool {
        let byte = bytes[index]
        index += 1
        try endField()
        if byte == separator {
            state = .start
            return false
        }
        endRecord()
        afterReturn = byte == 13
        newLine(at: index)
        return true
    }

    private mutating func newLine(at index: Int) {
        line += 1
        columnBase = -index
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(Fault) {
        guard !range.isEmpty else { return }
        record.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
        if record.count - (ends.last ?? 0) > limits.fieldBytes { throw tooLongField }
        if record.count > limits.recordBytes { throw tooLongRecord }
    }

    @inline(__always)
    private mutating func endField() throws(Fault) {
        ends.append(record.count)
        if ends.count > limits.columns { throw tooManyColumns }
    }

    private mutating func endRecord() {
        isBlank = !sawQuote && ends.count == 1 && record.allSatisfy { $0 == 32 || $0 == 9 }
        state = .start
    }
}

extension CSVScanner {
    private var unclosed: Fault {
        .invalid(t("Tệp {}: dấu ngoặc kép mở ở dòng {} không được đóng.", file, quoteLine))
    }

    private var tooLongField: Fault {
        if state == .quoted || state == .closed {
            return .invalid(
                t(
                    "Tệp {}: ô mở ngoặc kép ở dòng {} dài hơn {} byte, có lẽ dấu ngoặc không được đóng.", file,
                    quoteLine, limits.fieldBytes))
        }
        return .invalid(
            t("Tệp {}, dòng {}, cột {}: ô dài hơn {} byte.", file, recordLine, ends.count + 1, limits.fieldBytes))
    }

    private var tooLongRecord: Fault {
        .invalid(t("Tệp {}, dòng {}: dòng dữ liệu dài hơn {} byte.", file, recordLine, limits.recordBytes))
    }

    private var tooManyColumns: Fault {
        .invalid(t("Tệp {}, dòng {}: nhiều hơn {} cột.", file, recordLine, limits.columns))
    }
}
