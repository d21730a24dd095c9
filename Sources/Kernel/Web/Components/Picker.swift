import Base

extension UI {
    /// One of the units or people that a picker offers.
    public struct Pick: Sendable {
        public let value: String
        let label: String, rest: String, depth: Int, photo: String?

        /// `rest` tells it from others of its name (a day of birth, a class, the unit above); `depth` is how far it stands below the
        /// first of a tree; `photo` the address of a picture.
        public init(_ value: String, _ label: String, rest: String = "", depth: Int = 0, photo: String? = nil) {
            (self.value, self.label, self.rest, self.depth, self.photo) = (value, label, rest, depth, photo)
        }
    }

    /// One of many units or people. Without a script it is a list to choose from; with one a box to type in, with or without
    /// marks, which shows what fits. `search` names the query by which the page that draws the picker finds more: the script asks it.
    public static func picker(
        _ name: String, _ label: String, _ picks: [Pick], value: String = "", any: String? = nil,
        search: String? = nil, hint: String? = nil, problems: [Problem] = [], required: Bool = false
    ) -> HTML {
        let options = each(picks) { pick in
            """
            <option value="\(pick.value)"\(when(pick.value == value && !value.isEmpty, " selected"))\
            \(when(pick.depth > 0, " data-depth=\"\(pick.depth)\""))\(some(pick.photo) { " data-photo=\"\($0)\"" })\
            \(when(!pick.rest.isEmpty, " data-name=\"\(pick.label)\" data-rest=\"\(pick.rest)\""))>\
            \(String(repeating: "\u{2003}", count: min(pick.depth, 6)))\(pick.label)\(when(!pick.rest.isEmpty, " · \(pick.rest)"))</option>
            """
        }
        return field(name, label, hint: hint, problems: problems, required: required) {
            """
            <select\($0) data-picker="\(search ?? "")">\(some(any) { "<option value=\"\">\($0)</option>" })\(options)</select>
            """
        }
    }

    /// The search by which a page finds more for its picker, for those without a script.
    public static func pickerSearch(_ action: String, query: String, label: String, value: String, submit: String)
        -> HTML
    {
        """
        <form class="filters no-js-only" method="get" action="\(action)" role="search">\
        \(text(query, label, value: value, entry: .search))\
        <button class="button">\(icon("search"))\(submit)</button></form>
        """
    }
}
