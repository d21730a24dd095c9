import Base
import Web

enum StaffPages {
    static func mount(_ routes: Routes) {}
}
