import Base

extension UI {
    static func topBar(_ frame: Frame) -> HTML {
        """
        <header class="bar"><a class="brand" href="\(frame.isSignedIn ? "/me" : "/")" aria-label="HoaBan">\
        \(icon("mark"))<b>HoaBan</b></a>
        \(frame.isSignedIn ? roleMenu(frame) : "<span class=\"house\">\(frame.orgName)</span>")\(yearMenu(frame))
        \(when(frame.isSignedIn, searchBox(frame)))
        \(frame.isSignedIn ? accountMenu(frame) : signIn(frame))</header>
        """
    }

    private static func roleMenu(_ frame: Frame) -> HTML {
        let current = frame.roles.first { $0.isCurrent }?.label ?? ""
        let who: HTML = "<span class=\"who\"><span>\(frame.orgName)</span><small>\(current)</small></span>"
        let choices = frame.roles.map { role -> HTML in
            """
            <button name="role" value="\(role.key)"\(when(role.isCurrent, " aria-current=\"true\""))>\
            \(role.label)</button>
            """
        }
        return """
            <details class="menu role"><summary title="\(t("Đổi vai trò"))">\(who)</summary>
            <form class="menu-body" method="post" action="/session/role" data-quiet>
            \(hidden([("csrf", frame.csrf), ("next", frame.path)]))
            <h3>\(t("Vai trò của bạn"))</h3>\(choices)</form></details>
            """
    }

    private static func yearMenu(_ frame: Frame) -> HTML {
        guard !frame.years.isEmpty else { return HTML() }
        let isOther = frame.pageYear != frame.currentYear
        let choices = frame.years.map { year -> HTML in
            """
            <button name="year" value="\(year)"\(when(year == frame.pageYear, " aria-current=\"true\""))>\(year)\
            \(when(year == frame.currentYear, " <small class=\"muted\">\(t("hiện tại"))</small>"))</button>
            """
        }
        return """
            <details class="menu year\(when(isOther, " year-other"))"><summary title="\(t("Đổi năm học"))">\
            \(when(isOther, icon("history", label: t("Không phải năm học hiện tại"))))\
            <span>\(frame.pageYear)</span></summary><form class="menu-body" method="post" action="/session/year" data-quiet>
            \(hidden([("csrf", frame.csrf), ("next", frame.yearlessPath)]))
            <h3>\(t("Năm học"))</h3>\(choices)</form></details>
            """
    }

    private static func searchBox(_ frame: Frame) -> HTML {
        """
        <form class="find" role="search" action="/search">\(icon("search"))\
        <input type="search" name="q" value="\(frame.search)" placeholder="\(t("Tìm học sinh, lớp, trường"))" \
        aria-label="\(t("Tìm kiếm"))" autocomplete="off" data-slash><kbd aria-hidden="true">/</kbd></form>
        <a class="button icon-only find-link" href="/search">\(icon("search", label: t("Tìm kiếm")))</a>
        """
    }

    private static func accountMenu(_ frame: Frame) -> HTML {
        """
        <details class="menu account right"><summary aria-label="\(t("Tài khoản {}", frame.visitorName))">\
        \(icon("account"))<span class="who"><span>\(frame.visitorName)</span></span></summary>
        <div class="menu-body"><h3>\(frame.visitorName)</h3>
        <a href="/account">\(icon("key"))\(t("Tài khoản và mật khẩu"))</a>
        <button type="button" data-theme-switch hidden>\(icon("theme"))\(t("Nền sáng hoặc tối"))</button>
        \(languageForm(frame))<hr>
        <form method="post" action="/logout" data-quiet>\(hidden([("csrf", frame.csrf)]))\
        <button>\(icon("exit"))\(t("Đăng xuất"))</button></form></div></details>
        """
    }

    private static func signIn(_ frame: Frame) -> HTML {
        guard frame.offersSignIn else { return HTML() }
        return """
            <div class="buttons anonymous">\(languageForm(frame, isShort: true))<a class="button" href="/login">\
            \(t("Đăng nhập"))</a></div>
            """
    }

    private static func languageForm(_ frame: Frame, isShort: Bool = false) -> HTML {
        let other = frame.language == .vi ? Language.en : .vi
        let name = other == .vi ? "Tiếng Việt" : "English"
        return """
            <form method="post" action="/session/language" data-quiet>\
            \(hidden([("csrf", frame.csrf), ("next", frame.path)]))\
            <button name="language" value="\(other.rawValue)" lang="\(other.rawValue)"\
            \(when(isShort, " class=\"button quiet\""))>\(icon("language"))\(name)</button></form>
            """
    }
}
