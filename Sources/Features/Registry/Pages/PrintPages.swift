import Base
import Web

enum PrintPages {
    static func mount(_ routes: Routes) {}
}
