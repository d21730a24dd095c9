import Base

extension UI {
    /// A form that changes something: problems on top (linked to their fields), fields, one named verb.
    /// `key` makes a second sending of the same form harmless. What is typed is kept until it has been saved.
    public static func form(
        _ action: String, csrf: String, _ fields: HTML, submit: String, problems: [Problem] = [], key: String? = nil,
        cancel: String? = nil, hidden pairs: [Pair] = [], isMultipart: Bool = false, keepsDraft: Bool = true,
        isWide: Bool = false
    ) -> HTML {
        """
        \(errorSummary(problems))<form class="form\(when(isWide, " wide"))" method="post" action="\(action)"\
        \(when(isMultipart, " enctype=\"multipart/form-data\""))\(when(!keepsDraft, " data-quiet"))>\
        \(hidden([("csrf", csrf)] + pairs))\(some(key) { hidden([("idempotency-key", $0)]) })
        \(fields)<div class="form-foot"><button class="button primary">\(submit)</button>\
        \(some(cancel) { link(t("Thôi"), $0) })</div></form>
        """
    }

    /// What must be mended, each line a link to its field; it takes the focus when the page opens.
    public static func errorSummary(_ problems: [Problem]) -> HTML {
        guard !problems.isEmpty else { return HTML() }
        let lines = each(problems) { "<li><a href=\"#f-\($0.field)\">\(translated($0.message))</a></li>" }
        return """
            <div class="summary" role="alert" tabindex="-1" data-focus><h2>\(icon("bad"))\
            \(t("Có {} mục cần sửa", problems.count))</h2><ul>\(lines)</ul></div>
            """
    }

    /// Related fields under one heading.
    public static func group(_ title: String, _ fields: HTML) -> HTML {
        "<fieldset class=\"group\"><legend>\(title)</legend>\(fields)</fieldset>"
    }

    /// Fields side by side where there is room.
    public static func grid(_ fields: HTML) -> HTML { "<div class=\"form-grid\">\(fields)</div>" }

    /// The frame of one control: label, hint, error, then the control, tied together for those who listen.
    static func field(
        _ name: String, _ label: String, hint: String?, problems: [Problem], required: Bool, style: HTML = HTML(),
        control: (_ attributes: HTML) -> HTML
    ) -> HTML {
        let error = problems.first { $0.field == name }
        return """
            <div class="field\(style)\(when(error != nil, " is-bad"))"><label for="f-\(name)">\(label)\
            \(when(required, mark))</label>\(remarks(name, hint, error))\
            \(control(attributes(name, hint: hint, error: error, required: required)))</div>
            """
    }

    static var mark: HTML { " <span class=\"required\">(\(t("bắt buộc")))</span>" }

    static func remarks(_ name: String, _ hint: String?, _ error: Problem?) -> HTML {
        """
        \(some(hint) { "<p class=\"hint\" id=\"f-\(name)-hint\">\($0)</p>" })\
        \(some(error) {
            "<p class=\"error\" id=\"f-\(name)-error\">\(icon("bad"))<span>\(translated($0.message))</span></p>"
        })
        """
    }

    static func attributes(_ name: String, hint: String?, error: Problem?, required: Bool) -> HTML {
        let notes = [hint.map { _ in "f-\(name)-hint" }, error.map { _ in "f-\(name)-error" }].compactMap { $0 }
        return """
             id="f-\(name)" name="\(name)"\
            \(when(!notes.isEmpty, " aria-describedby=\"\(notes.joined(separator: " "))\""))\
            \(when(error != nil, " aria-invalid=\"true\""))\(when(required, " required"))
            """
    }
}
