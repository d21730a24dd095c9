import ArgumentParser

import Hummingbird
@main struct App { static func main() {} }
