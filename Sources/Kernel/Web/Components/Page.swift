import Base

extension UI {
    /// The whole document: head, header, rail, title, content, bottom bar, footer.
    public static func page(_ frame: Frame) -> HTML {
        """
        \(documentHead(frame))
        <body\(when(frame.isSignedIn, " class=\"has-jobs\""))\(words(frame))>
        <a class="skip" href="#content">\(t("Đến nội dung chính"))</a>
        \(demoBand(frame.isDemo))\(topBar(frame))
        <div class="shell\(when(!frame.isSignedIn, " bare"))\(when(frame.isNarrow, " narrow"))">
        \(when(frame.isSignedIn, rail(frame)))
        <main id="content" tabindex="-1">
        \(breadcrumbs(frame.breadcrumbs))<p class="print-only">\(frame.orgName) \(frame.pageYear)</p>
        <div class="title"><h1>\(frame.title)</h1>\(frame.primary)</div>
        \(some(frame.flash) { flash($0.text, $0.tone) })
        \(frame.content)
        </main>
        <aside id="panel" aria-label="\(t("Chi tiết"))" hidden></aside>
        </div>
        \(footer())\(when(frame.isSignedIn, jobs(frame)))
        <div id="live" class="visually-hidden" role="status"></div>
        </body></html>
        """
    }

    static func documentHead(_ frame: Frame) -> HTML {
        """
        <!doctype html>
        <html lang="\(frame.language.rawValue)" data-density="\(frame.density.rawValue)"\
        \(some(frame.theme) { " data-theme=\"\($0)\"" })\(when(frame.isRailNarrow, " data-rail=\"narrow\""))>\
        <head><meta charset="utf-8">
        <title>\(frame.title) · HoaBan</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="stylesheet" href="/assets/hoaban.css?v=\(frame.assetVersion)">
        <link rel="icon" href="/assets/icons.svg" type="image/svg+xml">
        <script type="module" src="/assets/hoaban.js?v=\(frame.assetVersion)"></script>
        \(some(frame.refresh) { "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>" })</head>
        """
    }

    /// What the scripts may have to say, in the page's language.
    private static func words(_ frame: Frame) -> HTML {
        guard frame.isSignedIn else { return HTML() }
        return """
             data-visitor="\(frame.visitorName)" data-restored="\(t("Đã khôi phục nội dung bạn nhập dở, chưa gửi."))" \
            data-discard="\(t("Bỏ nội dung này"))" data-picked="\(t("Đã chọn"))" data-close="\(t("Đóng"))" \
            data-open="\(t("Mở cả trang"))" \
            data-nothing="\(t("Không có gì khớp"))"
            """
    }

    static func demoBand(_ isDemo: Bool) -> HTML {
        guard isDemo else { return HTML() }
        return """
            <aside class="demo-band" aria-label="\(t("DỮ LIỆU MẪU"))"><strong>\(t("DỮ LIỆU MẪU"))</strong> · \
            \(t("không phải người thật"))</aside>
            """
    }

    private static func rail(_ frame: Frame) -> HTML {
        """
        <nav class="rail" id="menu" aria-label="\(t("Các phần việc"))">
        <div class="rail-head"><b>\(t("Các phần việc"))</b>\
        <a href="#content">\(icon("close"))<span>\(t("Đóng"))</span></a></div>
        <ul>\(each(frame.menu) { "<li>\(menuLink($0))</li>" })</ul>
        <button class="fold" type="button" data-fold hidden>\(icon("fold"))<span>\(t("Thu gọn"))</span></button>
        </nav>
        """
    }

    private static func menuLink(_ item: Frame.MenuItem) -> HTML {
        """
        <a href="\(item.href)"\(when(item.isCurrent, " aria-current=\"page\""))>\(icon(item.icon))\
        <span>\(item.label)</span></a>
        """
    }

    private static func jobs(_ frame: Frame) -> HTML {
        """
        <nav class="jobs" aria-label="\(t("Việc thường làm"))">\(frame.jobs.map(menuLink))\
        <a href="#menu">\(icon("menu"))<span>\(t("Tất cả"))</span></a></nav>
        """
    }

    private static func footer() -> HTML {
        """
        <footer class="foot"><span>HoaBan</span><a href="/help">\(t("Hướng dẫn"))</a>\
        <a href="/privacy">\(t("Bảo vệ dữ liệu cá nhân"))</a></footer>
        """
    }

    /// The way from the top of the tree to this page; the last one is the page itself.
    public static func breadcrumbs(_ path: [(label: String, href: String?)]) -> HTML {
        guard !path.isEmpty else { return HTML() }
        let steps = path.map { step -> HTML in
            guard let href = step.href else { return "<li aria-current=\"page\">\(step.label)</li>" }
            return "<li><a href=\"\(href)\">\(step.label)</a></li>"
        }
        return "<nav class=\"crumbs\" aria-label=\"\(t("Đường dẫn"))\"><ol>\(steps)</ol></nav>"
    }
}
