import Base
import Files
import Web
import Work

/// Photos and scanned papers: looked over in a child process, kept beside the database, given back to those who may see them.
enum Attachments {
    static let mostPhoto = 2 << 20, mostPaper = 10 << 20
    /// What a form with a file may weigh at most.
    static let photoBody = mostPhoto + (1 << 20), paperBody = mostPaper + (1 << 20)

    /// The program whose child opens what comes from outside; tests have one of their own.
    @TaskLocal static var executable = Resources.executable()

    static func keepPhoto(_ visit: Visit) async throws -> Blobs.Kept? {
        try await keep("photo", visit, most: mostPhoto, only: [.jpeg, .png])
    }

    static func keepPaper(_ visit: Visit) async throws -> Blobs.Kept? {
        try await keep("file", visit, most: mostPaper, only: [.jpeg, .png, .pdf])
    }

    /// Keeps the file of a form; nothing when none was chosen. What is wrong with it stands beside its field.
    private static func keep(_ field: String, _ visit: Visit, most: Int, only kinds: Set<FileKind>) async throws
        -> Blobs.Kept?
    {
        guard let upload = visit.form.file(field), !upload.name.isEmpty else { return nil }
        do {
            return try await Blobs(visit.blobFolder).keep(
                upload.path, most: most, only: kinds, executable: executable)
        } catch let fault as Fault where fault.kind == .invalid || fault.kind == .tooLarge {
            throw Fault.invalid([Problem(field, fault.message)])
        }
    }

    /// A photo as the picture it is.
    static func picture(_ hash: [UInt8]?, _ visit: Visit) async throws -> Reply {
        guard let hash, let (bytes, type) = try await read(hash, visit), type != FileKind.pdf.rawValue else {
            throw Fault.notFound
        }
        return .picture(bytes, type: type)
    }

    /// A scanned paper as a file to keep: it never opens as a page of ours.
    static func paper(_ document: DocumentRecord?, _ visit: Visit) async throws -> Reply {
        guard let document, let hash = document.blob, let (bytes, type) = try await read(hash, visit) else {
            throw Fault.notFound
        }
        let ending = FileKind(rawValue: type)?.ending ?? "bin"
        return .file(bytes, name: "\(document.name.isEmpty ? document.number : document.name).\(ending)", type: type)
    }

    private static func read(_ hash: [UInt8], _ visit: Visit) async throws -> ([UInt8], String)? {
        guard let type = try await visit.db.read({ try $0.blobType(hash) }),
            let bytes = await Blobs(visit.blobFolder).read(hash)
        else { return nil }
        return (bytes, type)
    }
}
