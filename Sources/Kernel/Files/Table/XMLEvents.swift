import Base
import CXML

/// What listens to the elements of a document while it is read.
protocol XMLListener: AnyObject {
    func start(_ name: XMLName, _ attributes: XMLAttributes)
    func end(_ name: XMLName)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// Set to stop reading with a sentence for people.
    var fault: Fault? { get }
}

/// The local name of an element, compared without making a text of it.
struct XMLName {
    let bytes: UnsafePointer<UInt8>

    static func ~= (wanted: StaticString, name: XMLName) -> Bool { name.is(wanted) }

    func `is`(_ wanted: StaticString) -> Bool {
        for place in 0..<wanted.utf8CodeUnitCount where bytes[place] != wanted.utf8Start[place] { return false }
        return bytes[wanted.utf8CodeUnitCount] == 0
    }
}

/// The attributes of an element: found by their local names.
struct XMLAttributes {
    fileprivate let count: Int
    fileprivate let raw: UnsafeMutablePointer<UnsafePointer<UInt8>?>?

    /// The bytes of an attribute, valid only while the element begins.
    func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        guard let raw else { return nil }
        for index in 0..<count {
            guard let local = raw[index * 5], let from = raw[index * 5 + 3], let to = raw[index * 5 + 4],
                XMLName(bytes: local).is(name)
            else { continue }
            return UnsafeBufferPointer(start: from, count: max(0, to - from))
        }
        return nil
    }

    func text(_ name: StaticString) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    func number(_ name: StaticString) -> Int? { bytes(name).flatMap(XMLAttributes.number) }

    /// Up to nine digits as a number.
    static func number(_ bytes: some Collection<UInt8>) -> Int? {
        guard (1...9).contains(bytes.count) else { return nil }
        var value = 0
        for byte in bytes {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}

/// Reads XML piece by piece with libxml2, without network, document types or entities of the document's own (reliability, C3).
final class XMLEvents {
    private let listener: any XMLListener
    private var context: xmlParserCtxtPtr?
    private var isForbidden = false

    init(_ listener: any XMLListener) throws(Fault) {
        self.listener = listener
        var handler = xmlSAXHandler()
        handler.initialized = 0xDEED_BEAF
        handler.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            guard let events = XMLEvents.of(context), let name else { return }
            events.listener.start(XMLName(bytes: name), XMLAttributes(count: Int(count), raw: attributes))
            events.stopOnFault()
        }
        handler.endElementNs = { context, name, _, _ in
            guard let events = XMLEvents.of(context), let name else { return }
            events.listener.end(XMLName(bytes: name))
            events.stopOnFault()
        }
        let take: charactersSAXFunc = { context, bytes, count in
            guard let events = XMLEvents.of(context) else { return }
            events.listener.text(UnsafeBufferPointer(start: bytes, count: Int(max(0, count))))
        }
        (handler.characters, handler.ignorableWhitespace, handler.cdataBlock) = (take, take, take)
        handler.internalSubset = { context, _, _, _ in XMLEvents.of(context)?.forbid() }
        let own = Unmanaged.passUnretained(self).toOpaque()
        context = xmlCreatePushParserCtxt(&handler, own, nil, 0, nil)
        guard let context else { throw Fault(.unavailable, t("Hết bộ nhớ.")) }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue))
    }

    deinit {
        if let context {
            if let document = context.pointee.myDoc { xmlFreeDoc(document) }
            xmlFreeParserCtxt(context)
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
        context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Reads the next piece of the document.
    func take(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        try parse(bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: bytes.count), isLast: false)
    }

    /// Ends the document: what is open then is a fault.
    func finish() throws(Fault) { try parse(nil, 0, isLast: true) }

    private func parse(_ bytes: UnsafePointer<CChar>?, _ count: Int32, isLast: Bool) throws(Fault) {
        guard let context else { return }
        let code = xmlParseChunk(context, bytes, count, isLast ? 1 : 0)
        if let fault = listener.fault { throw fault }
        if isForbidden { throw .invalid(t("Tệp bị từ chối: có khai báo kiểu tài liệu (DOCTYPE).")) }
        guard code == 0 || context.pointee.wellFormed == 1 else { throw TableFault.broken }
    }

    private func stopOnFault() { if listener.fault != nil { xmlStopParser(context) } }

    private func forbid() {
        isForbidden = true
        xmlStopParser(context)
    }
}

/// The sentences with which a list is refused.
enum TableFault {
    static var broken: Fault {
        .invalid(t("Tệp bảng tính Excel bị hỏng hoặc bị cắt cụt. Hãy mở tệp, lưu lại rồi gửi."))
    }
    static var locked: Fault { .invalid(t("Tệp bảng tính có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi gửi.")) }
    static var empty: Fault { .invalid(t("Tệp trống, không có dòng nào có nội dung.")) }
    static var tooLarge: Fault { Fault(.tooLarge, t("Tệp bảng tính quá lớn.")) }
    static func unsupported(_ kind: String) -> Fault {
        Fault(.unsupported, t("Không đọc được {}. Hãy lưu lại thành tệp Excel (.xlsx) hoặc CSV rồi gửi.", kind))
    }
}
