/// Which HoaBan this is.
public enum Release {
    public static let version = "2026.1"
}
