import Base
import Web

enum StudentPages {
    static func mount(_ routes: Routes) {}
}

