"""Zip files that no honest program writes, made byte by byte."""
import io
import struct
import warnings
import zipfile
import zlib

warnings.filterwarnings("ignore", "Duplicate name")


def listed(entries, method=zipfile.ZIP_DEFLATED):
    """A zip of pairs of name and bytes, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


def made(files):
    return listed(files.items())


def excel():
    """The smallest workbook that a spreadsheet opens."""
    return made({
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'})


def turned(content):
    """Some packed bytes turned around, while the directory stays whole."""
    out = bytearray(content)
    for place in range(60, min(140, len(out) // 3)):
        out[place] ^= 0xFF
    return bytes(out)


def large(size):
    """Many entries, each with a harmless ratio of its own as far as it goes, together beyond any limit."""
    piece = bytes(size // 30)
    return listed([(f"{number}.csv", piece) for number in range(30)])


def nested(files, depth):
    """A zip in a zip in a zip."""
    content = made(files)
    for level in range(depth):
        content = listed([(f"bo{level}.zip", content)], zipfile.ZIP_STORED)
    return content


def crowd(number):
    """So many empty entries that the directory needs its long form."""
    local, directory, place = [], [], 0
    for n in range(number):
        name = f"{n:06d}.csv".encode()
        head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
        local.append(head)
        directory.append(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, place) + name)
        place += len(head)
    body, listing = b"".join(local), b"".join(directory)
    long = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, number, number, len(listing), len(body))
    locator = struct.pack("<IIQI", 0x07064B50, 0, len(body) + len(listing), 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + listing + long + locator + end


def lying(files):
    """The directory and the heads say ten bytes; much more comes out."""
    out = bytearray(made({**files, "users.csv": files["users.csv"] + b"\n" * 5000}))
    for mark, offset, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        place = out.find(mark)
        while place >= 0:
            if out[place + name_at:place + name_at + 9] == b"users.csv":
                struct.pack_into("<I", out, place + offset, 10)
            place = out.find(mark, place + 4)
    return bytes(out)


def overlapping(files):
    """Two names in the directory for the same bytes."""
    packed = zlib.compress(files["users.csv"], 9)[2:-4]
    crc, size = zlib.crc32(files["users.csv"]), len(files["users.csv"])
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, crc, len(packed), size, 9, 0) + b"users.csv"
    body = head + packed
    directory = b"".join(
        struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, crc, len(packed), size, 9, 0, 0, 0, 0, 0, 0) + name
        for name in (b"users.csv", b"other.csv"))
    return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(directory), len(body), 0)


def locked(files):
    """Entries that say they need a password."""
    out = bytearray(made(files))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = out.find(mark)
        while place >= 0:
            out[place + offset] |= 1
            place = out.find(mark, place + 4)
    return bytes(out)


def named(files, name):
    """One more entry under a name, which may hold what the writer would mend."""
    stand_in = name.replace("\0", "\1")
    return listed([*files.items(), (stand_in, b"x")]).replace(stand_in.encode(), name.encode())


def link(name, target):
    """An entry that is a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(entry, target)
    return out.getvalue()


def formulas(book):
    """How many cells of a workbook are formulas."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        return sum(file.read(name).count(b"<f>") + file.read(name).count(b"<f ") for name in file.namelist() if name.startswith("xl/worksheets/"))
