import Base

extension UI {
    /// What has just happened (good), or what stands in the way (the others).
    public static func flash(_ text: String, _ tone: Tone = .good) -> HTML {
        """
        <div class="flash \(tone.rawValue)" role="\(tone == .bad ? "alert" : "status")">\(icon(tone.icon))\
        <div>\(translated(text))</div></div>
        """
    }

    /// A lasting remark above or inside a part.
    public static func notice(_ content: HTML, _ tone: Tone = .info) -> HTML {
        "<div class=\"flash \(tone.rawValue)\" role=\"note\">\(icon(tone.icon))<div>\(content)</div></div>"
    }

    /// Nothing to show: what would stand here, and what to do for it.
    public static func empty(_ title: String, _ advice: String, icon: String = "info", action: HTML? = nil) -> HTML {
        """
        <div class="empty">\(UI.icon(icon))<h3>\(title)</h3><p>\(advice)</p>\
        \(some(action) { "<div class=\"buttons\">\($0)</div>" })</div>
        """
    }

    /// The question before an act that cannot be taken back, naming its object: "Xoá lớp 6A2?".
    public static func confirm(
        _ question: String, consequence: HTML, action: String, csrf: String, verb: String, cancel: String,
        fields: [Pair] = [], inputs: HTML = HTML(), isDangerous: Bool = true
    ) -> HTML {
        """
        <section class="card confirm"><h2>\(question)</h2><div>\(consequence)</div>
        <form method="post" action="\(action)">\(hidden([("csrf", csrf)] + fields))\(inputs)
        <div class="form-foot">\(button(verb, style: isDangerous ? "bad" : "primary"))\
        \(link(t("Không, quay lại"), cancel))</div></form></section>
        """
    }

    /// How far a job is: the bar, what it has counted, and the way to stop it. `poll` is asked again by script;
    /// without script the page itself asks again (`Frame.refresh`).
    public static func progress(
        _ label: String, done: Int, total: Int, counts: [(label: String, count: Int)] = [], poll: String? = nil,
        cancel: (action: String, csrf: String)? = nil, id: String = "progress"
    ) -> HTML {
        """
        <section class="card progress" id="\(id)"\(some(poll) { " data-poll=\"\($0)\"" })>
        <div class="row"><strong id="\(id)-label">\(label)</strong>\
        <span class="num">\(grouped(done)) / \(grouped(total)) · \(percent(done, of: total))</span></div>
        <progress value="\(done)" max="\(max(total, 1))" aria-labelledby="\(id)-label"></progress>
        <div class="row"><div class="tally">\
        \(each(counts) { "<span>\($0.label) <b>\(grouped($0.count))</b></span>" })</div>\
        \(some(cancel) { post(t("Dừng lại"), to: $0.action, csrf: $0.csrf, icon: "close") })</div></section>
        """
    }
}
