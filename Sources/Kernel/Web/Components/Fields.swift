import Base

extension UI {
    /// How a text field is typed on a phone and filled by the browser.
    public enum Entry: String, Sendable {
        case text, email, tel, url, search, password
        case newPassword = "new-password"
        case digits

        var attributes: HTML {
            switch self {
            case .text, .email, .tel, .url, .search: " type=\"\(rawValue)\""
            case .password: " type=\"password\" autocomplete=\"current-password\""
            case .newPassword: " type=\"password\" autocomplete=\"new-password\""
            case .digits: " type=\"text\" inputmode=\"numeric\""
            }
        }
    }

    /// One line of text.
    public static func text(
        _ name: String, _ label: String, value: String = "", hint: String? = nil, problems: [Problem] = [],
        required: Bool = false, entry: Entry = .text, autocomplete: String? = nil, maxLength: Int? = nil,
        isWide: Bool = false, isShort: Bool = false
    ) -> HTML {
        field(name, label, hint: hint, problems: problems, required: required, style: when(isWide, " wide")) {
            """
            <input\($0)\(entry.attributes)\(when(isShort, " class=\"short\"")) value="\(value)"\
            \(some(autocomplete) { " autocomplete=\"\($0)\"" })\(some(maxLength) { " maxlength=\"\($0)\"" })>
            """
        }
    }

    /// A number; typed as text so that the decimal comma and point are both taken.
    public static func number(
        _ name: String, _ label: String, value: String = "", hint: String? = nil, problems: [Problem] = [],
        required: Bool = false, hasDecimals: Bool = false
    ) -> HTML {
        field(name, label, hint: hint, problems: problems, required: required) {
            """
            <input\($0) class="short" type="text" inputmode="\(hasDecimals ? "decimal" : "numeric")" value="\(value)" \
            autocomplete="off">
            """
        }
    }

    /// A day, typed as people write it: `5/9` takes the year given (or this year's), `05092026` is taken too.
    public static func date(
        _ name: String, _ label: String, value: String = "", hint: String? = nil, problems: [Problem] = [],
        required: Bool = false, year: Int? = nil
    ) -> HTML {
        field(name, label, hint: hint, problems: problems, required: required) {
            """
            <input\($0) class="date" type="text" inputmode="numeric" placeholder="dd/mm/yyyy" value="\(value)" \
            maxlength="10" autocomplete="off" data-date\(some(year) { "=\"\($0)\"" })>
            """
        }
    }

    /// One choice of many, folded.
    public static func select(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], value: String = "",
        any: String? = nil, hint: String? = nil, problems: [Problem] = [], required: Bool = false
    ) -> HTML {
        select(name, label, drawn: drawn(options, value), any, hint, problems, required)
    }

    /// Choices that are the same on every page, such as a code list: drawn once.
    public struct Options: Sendable {
        let pairs: [(value: String, label: String)], plain: HTML

        public init(_ pairs: [(value: String, label: String)]) {
            (self.pairs, plain) = (pairs, UI.drawn(pairs, ""))
        }
    }

    /// One choice of a list that is drawn already; only where one is chosen it is drawn again.
    public static func select(
        _ name: String, _ label: String, _ options: Options, value: String = "", any: String? = nil
    ) -> HTML {
        let isPlain = value.isEmpty || !options.pairs.contains { $0.value == value }
        return select(
            name, label, drawn: isPlain ? options.plain : drawn(options.pairs, value), any, nil, [], false)
    }

    private static func select(
        _ name: String, _ label: String, drawn: HTML, _ any: String?, _ hint: String?, _ problems: [Problem],
        _ required: Bool
    ) -> HTML {
        let first = some(any) { "<option value=\"\">\($0)</option>" }
        return field(name, label, hint: hint, problems: problems, required: required) {
            "<select\($0)>\(first)\(drawn)</select>"
        }
    }

    static func drawn(_ options: [(value: String, label: String)], _ value: String) -> HTML {
        var out = HTML(capacity: options.count * 64)
        for option in options {
            out +=
                option.value == value && !value.isEmpty
                ? "<option value=\"\(option.value)\" selected>\(option.label)</option>"
                : "<option value=\"\(option.value)\">\(option.label)</option>"
        }
        return out
    }

    /// Several lines of text.
    public static func textarea(
        _ name: String, _ label: String, value: String = "", hint: String? = nil, problems: [Problem] = [],
        required: Bool = false, rows: Int = 4, maxLength: Int? = nil
    ) -> HTML {
        field(name, label, hint: hint, problems: problems, required: required) {
            """
            <textarea\($0) rows="\(rows)"\(some(maxLength) { " maxlength=\"\($0)\"" })>
            \(value)</textarea>
            """
        }
    }

    /// One yes or no.
    public static func checkbox(
        _ name: String, _ label: String, isOn: Bool = false, value: String = "1", hint: String? = nil,
        problems: [Problem] = []
    ) -> HTML {
        let error = problems.first { $0.field == name }
        return """
            <div class="field\(when(error != nil, " is-bad"))">\(remarks(name, nil, error))<label class="choice">\
            <input type="checkbox"\(attributes(name, hint: nil, error: error, required: false)) value="\(value)"\
            \(when(isOn, " checked"))><span>\(label)\(some(hint) { "<small>\($0)</small>" })</span></label></div>
            """
    }

    /// One choice of a few, all in sight.
    public static func radios(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], value: String = "",
        hint: String? = nil, problems: [Problem] = [], required: Bool = false, isInline: Bool = false
    ) -> HTML {
        choices(
            name, label, options, chosen: [value], hint: hint, problems: problems, required: required,
            isInline: isInline, type: "radio")
    }

    /// Any number of a few, all in sight; each comes back under the same name.
    public static func checkboxes(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], values: Set<String> = [],
        hint: String? = nil, problems: [Problem] = [], isInline: Bool = false
    ) -> HTML {
        choices(
            name, label, options, chosen: values, hint: hint, problems: problems, required: false,
            isInline: isInline, type: "checkbox")
    }

    private static func choices(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], chosen: Set<String>,
        hint: String?, problems: [Problem], required: Bool, isInline: Bool, type: String
    ) -> HTML {
        let error = problems.first { $0.field == name }
        let lines = options.enumerated().map { index, option -> HTML in
            """
            <label class="choice"><input type="\(type)" name="\(name)" value="\(option.value)"\
            \(when(index == 0, " id=\"f-\(name)\""))\(when(chosen.contains(option.value), " checked"))\
            \(when(required, " required"))><span>\(option.label)</span></label>
            """
        }
        return """
            <fieldset class="field\(when(error != nil, " is-bad"))"><legend>\(label)\(when(required, mark))</legend>\
            \(remarks(name, hint, error))<div class="choices\(when(isInline, " inline"))">\(lines)</div></fieldset>
            """
    }

    /// Where files are dropped or chosen.
    public static func file(
        _ name: String, _ label: String, accept: String, hint: String? = nil, problems: [Problem] = [],
        required: Bool = false, isMultiple: Bool = false
    ) -> HTML {
        field(name, label, hint: hint, problems: problems, required: required) {
            """
            <div class="drop"><span>\(icon("import"))\(t("Kéo tệp vào đây, hoặc chọn từ máy"))</span>\
            <input\($0) type="file" accept="\(accept)"\(when(isMultiple, " multiple"))><ul class="files"></ul></div>
            """
        }
    }
}
