import Base
import HTTPTypes

/// How a refusal is written for programs: each interface has a shape of its own.
enum ProgramShape {
    /// RFC 9457.
    case problem
    /// `imsx_StatusInfo` of 1EdTech's services.
    case status
    /// RFC 6749, section 5.2.
    case oauth

    /// The shape of an address; nothing for pages.
    init?(path: String) {
        if path.hasPrefix("/api/") {
            self = .problem
        } else if path.hasPrefix("/ims/") {
            self = .status
        } else if path.hasPrefix("/oauth/") {
            self = .oauth
        } else {
            return nil
        }
    }

    var type: String { if case .problem = self { "application/problem+json" } else { "application/json" } }

    /// The body of a refusal: its sentence, its status, and which parts of the request are at fault.
    func body(_ sentence: String, _ status: Int, _ problems: [Problem]) -> [UInt8] {
        var json = JSONBytes()
        switch self {
        case .problem: write(problem: sentence, status, problems, into: &json)
        case .status:
            CallStatus(problems.first.map { translated($0.message) } ?? sentence, minor(status, problems)).write(&json)
        case .oauth:
            json.object {
                $0.member("error", status == 401 ? "invalid_client" : "invalid_request")
                $0.member("error_description", sentence)
            }
        }
        return json.bytes
    }

    private func write(problem sentence: String, _ status: Int, _ problems: [Problem], into json: inout JSONBytes) {
        json.object { json in
            json.member("type", "about:blank")
            json.member("title", sentence)
            json.member("status", status)
            guard !problems.isEmpty else { return }
            json.name("errors")
            json.array { json in
                for problem in problems {
                    json.object {
                        $0.member("detail", translated(problem.message))
                        $0.member("pointer", "#/\(problem.field)")
                    }
                }
            }
        }
    }

    /// The codes of OneRoster 1.2 REST, by the status and by which parameter is wrong.
    private func minor(_ status: Int, _ problems: [Problem]) -> String {
        switch status {
        case 400, 413, 422:
            switch problems.first?.field {
            case "filter": "invalid_filter_field"
            case "fields", "sort", "orderBy": "invalid_selection_field"
            default: "invaliddata"
            }
        case 401: "unauthorisedrequest"
        case 404, 410: "unknownobject"
        case 429, 503: "server_busy"
        case 403, 405: "forbidden"
        default: status >= 500 ? "internal_server_error" : "invaliddata"
        }
    }
}

/// What went wrong in a call of a 1EdTech service (OneRoster 1.2 REST, appendix B).
struct CallStatus {
    let description: String, minor: String

    init(_ description: String, _ minor: String) { (self.description, self.minor) = (description, minor) }

    func write(_ json: inout JSONBytes) {
        json.object { json in
            json.member("imsx_codeMajor", "failure")
            json.member("imsx_severity", "error")
            json.member("imsx_description", description)
            json.name("imsx_CodeMinor")
            json.object { json in
                json.name("imsx_codeMinorField")
                json.array { json in
                    json.object {
                        $0.member("imsx_codeMinorFieldName", "TargetEndSystem")
                        $0.member("imsx_codeMinorFieldValue", minor)
                    }
                }
            }
        }
    }
}

extension Fault {
    /// What a program is told that came without a token, or with one that is over.
    static let noToken = Fault(.unauthenticated, "Thiếu mã truy cập, hoặc mã đã hết hạn hay bị thu hồi.")
}

extension HTTPField.Name {
    /// How many things a list has in all (OneRoster 1.2 REST).
    public static let totalCount = HTTPField.Name("X-Total-Count") ?? .userAgent
    /// Where the pages beside this one are (RFC 8288).
    public static let link = HTTPField.Name("Link") ?? .userAgent
}
