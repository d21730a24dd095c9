import Base

/// The living page `/style`: every part as it is drawn today.
public enum StylePage {
    /// The content of the page.
    public static func content() -> HTML { UI.badge(t("Có mặt"), .good) }
}
