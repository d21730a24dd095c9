import Base
import Web

/// What the room's printed papers have in common.
enum Papers {
    /// The head of a school's own list: who it is of, without the national heading.
    static func head(_ org: String, above: String = "") -> HTML {
        """
        <p class="upper">\(above)</p><p class="upper"><strong>\(org)</strong></p>
        """
    }
}
