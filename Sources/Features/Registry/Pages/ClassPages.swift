import Base
import Web

enum ClassPages {
    static func mount(_ routes: Routes) {}
}
