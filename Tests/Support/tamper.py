"""Changes in the audit tables that go behind the program's back, and whether `hoaban check` finds each and names it."""
import hashlib
import random
import re
import shutil
import sqlite3


def coded(number):
    """A key as the program writes it: Crockford's base 32, thirteen digits."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(letters[number >> (5 * place) & 31] for place in range(12, -1, -1))


def edit_somebody(person):
    """Changes a field of some pupils as a clerk does, so that the trail has values of fields; answers how many were saved."""
    saved = 0
    for path in list(dict.fromkeys(re.findall(r"/students/[0-9A-Z]{13}(?=\")", person.get("/students").text)))[:5]:
        page = f"{path}/edit"
        values = person.get(page).form(page)
        values["note"] = "Thử"
        saved += person.post(page, values).status == 303
    return saved


class Trail:
    """A copy of the data to change, with what stands in it."""

    def __init__(self, path, rng):
        self.base, self.rng = sqlite3.connect(path), rng
        self.sealed = [number for number, in self.base.execute("SELECT entry_id FROM work_audit_sealed ORDER BY entry_id")]
        self.seals = [number for number, in self.base.execute("SELECT number FROM work_audit_seal ORDER BY number")]

    def one(self):
        return self.rng.choice(self.sealed)

    def run(self, text, *values):
        self.base.execute(text, values)

    def row(self, entry):
        return self.base.execute("SELECT * FROM work_audit_entry WHERE id = ?", (entry,)).fetchone()

    def seal_of(self, entry):
        return self.base.execute("SELECT seal FROM work_audit_sealed WHERE entry_id = ?", (entry,)).fetchone()[0]


# Where the digest of an entry and that of its changed fields stand in its row.
HASH, FIELDS = 12, 13


def hashed(row):
    """The digest of an entry, as whoever has read the sources can make it."""
    parts = ["-" if value is None else str(value) for value in row[:HASH]]
    if row[FIELDS] is not None:
        parts.append(row[FIELDS].hex())
    return hashlib.sha256(b"".join(f"{len(part.encode())}:".encode() + part.encode() for part in parts)).digest()


def edit(column, value):
    def change(trail):
        entry = trail.one()
        trail.run(f"UPDATE work_audit_entry SET {column} = {value} WHERE id = ?", entry)
        return entry
    return change


def edit_and_hash(trail):
    entry = trail.one()
    trail.run("UPDATE work_audit_entry SET verb = 'x.y' WHERE id = ?", entry)
    trail.run("UPDATE work_audit_entry SET hash = ? WHERE id = ?", hashed(trail.row(entry)), entry)
    return trail.seal_of(entry)


def delete_entry(trail):
    entry = trail.one()
    seal = trail.seal_of(entry)
    trail.run("DELETE FROM work_audit_entry WHERE id = ?", entry)
    return seal


def delete_entry_with_seal_line(trail):
    entry = trail.one()
    seal = trail.seal_of(entry)
    trail.run("DELETE FROM work_audit_entry WHERE id = ?", entry)
    trail.run("DELETE FROM work_audit_sealed WHERE entry_id = ?", entry)
    return seal


def inserted(trail, number):
    row = list(trail.row(trail.one()))
    while trail.row(number):
        number += 1
    row[0] = number
    row[HASH] = hashed(row)
    trail.run(f"INSERT INTO work_audit_entry VALUES ({', '.join('?' * len(row))})", *row)
    return number


def insert_sealed(trail):
    entry = trail.one()
    seal = trail.seal_of(entry)
    trail.run("INSERT INTO work_audit_sealed VALUES (?, ?)", inserted(trail, entry + 1), seal)
    return seal


def insert_old(trail):
    """An entry made up for a day long past, which no sealer will look at."""
    return inserted(trail, trail.sealed[0] - (3_600_000 << 21))


def swap(trail):
    one, other = trail.rng.sample(trail.sealed, 2)
    rows = trail.row(one), trail.row(other)
    for number, row in ((one, rows[1]), (other, rows[0])):
        trail.run("UPDATE work_audit_entry SET at = ?, verb = ?, note = ?, account_id = ?, subject_id = ?, hash = ? WHERE id = ?",
                  row[1], row[7] + "~", row[11], row[3], row[9], row[12], number)
    return one


def swap_places(trail):
    one, other = trail.sealed[0], trail.sealed[-1]
    seals = trail.seal_of(one), trail.seal_of(other)
    trail.run("UPDATE work_audit_sealed SET seal = ? WHERE entry_id = ?", seals[1], one)
    trail.run("UPDATE work_audit_sealed SET seal = ? WHERE entry_id = ?", seals[0], other)
    return seals[0]


def swap_seals(trail):
    one, other = trail.seals[0], trail.seals[-1]
    for table, column in (("work_audit_seal", "number"), ("work_audit_sealed", "seal")):
        trail.run(f"UPDATE {table} SET {column} = -1 WHERE {column} = ?", one)
        trail.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", one, other)
        trail.run(f"UPDATE {table} SET {column} = ? WHERE {column} = -1", other)
    return one


def delete_seal(place):
    def change(trail):
        seal = trail.seals[place if place < 0 else place % len(trail.seals)]
        trail.run("DELETE FROM work_audit_seal WHERE number = ?", seal)
        return seal
    return change


def cut_tail(trail):
    """The last seals with all their entries, as if they had never been."""
    for seal in trail.seals[-trail.rng.randint(1, len(trail.seals) - 1):]:
        trail.run("DELETE FROM work_audit_entry WHERE id IN (SELECT entry_id FROM work_audit_sealed WHERE seal = ?)", seal)
        trail.run("DELETE FROM work_audit_sealed WHERE seal = ?", seal)
        trail.run("DELETE FROM work_audit_seal WHERE number = ?", seal)
    return None


def empty_all(trail):
    for table in ("work_audit_entry", "work_audit_sealed", "work_audit_seal"):
        trail.run(f"DELETE FROM {table}")
    return None


def seal_value(column, value):
    def change(trail):
        seal = trail.rng.choice(trail.seals)
        trail.run(f"UPDATE work_audit_seal SET {column} = {value} WHERE number = ?", seal)
        return seal
    return change


def field(text):
    def change(trail):
        stored = trail.base.execute("SELECT entry_id, subject_kind, subject_id, field FROM work_audit_field ORDER BY 1, 2, 3, 4").fetchall()
        if not stored:
            raise LookupError("no field was changed")
        found = trail.rng.choice(stored)
        trail.run(f"{text} WHERE entry_id = ? AND subject_kind = ? AND subject_id = ? AND field = ?", *found)
        return found[0]
    return change


CHANGES = {
    "verb": edit("verb", "'registry.x'"), "moment": edit("at", "at + 1"), "who": edit("account_id", "coalesce(account_id, 0) + 1"),
    "role": edit("role", "'clerk2'"), "unit": edit("org_id", "coalesce(org_id, 0) + 1"), "address": edit("address", "'10.0.0.1'"),
    "kind": edit("kind", "'tokenx'"), "subject": edit("subject_id", "coalesce(subject_id, 0) + 1"),
    "kind of subject": edit("subject_kind", "'staffx'"), "unit of subject": edit("subject_org_id", "coalesce(subject_org_id, 0) + 1"),
    "note": edit("note", "note || '.'"), "digest": edit("hash", "randomblob(32)"), "verb and digest": edit_and_hash,
    "entry deleted": delete_entry, "entry and its place deleted": delete_entry_with_seal_line, "entry put in": insert_sealed,
    "entry put in long ago": insert_old, "entries exchanged": swap, "places exchanged": swap_places, "seals exchanged": swap_seals,
    "first seal deleted": delete_seal(0), "last seal deleted": delete_seal(-1), "tail cut off": cut_tail, "all deleted": empty_all,
    "seal's digest": seal_value("hash", "randomblob(32)"), "seal's signature": seal_value("signature", "randomblob(32)"),
    "seal's count": seal_value("entries", "entries + 1"), "seal's moment": seal_value("at", "at - 86400000"),
    "field's value": field("UPDATE work_audit_field SET new_value = randomblob(40)"), "field deleted": field("DELETE FROM work_audit_field"),
    "field's name": field("UPDATE work_audit_field SET field = 'x'"),
}


def trials(count, place, data, number):
    """Every kind of change once, then at random until there were so many."""
    rng, kinds = random.Random(11), list(CHANGES)
    order = kinds + [rng.choice(kinds) for _ in range(max(0, number - len(kinds)))]
    for turn, kind in enumerate(order):
        folder = place.root / "tampered"
        shutil.copytree(data, folder)
        trail = Trail(folder / "hoaban.sqlite", rng)
        try:
            named = CHANGES[kind](trail)
            trail.base.commit()
        except LookupError as missing:
            count.skip(f"J1 {kind}", missing)
            shutil.rmtree(folder)
            continue
        trail.base.close()
        checked = place.hoaban("check", data=folder)
        words = [line for line in (checked.stdout + checked.stderr).splitlines() if line.startswith("audit:")]
        found = checked.returncode == 1 and words
        names = named is None or any(re.search(rf"\b({named}|{coded(named) if named > 2**30 else named})\b", word) for word in words[:3])
        count.check(f"J1 trial {turn + 1}, {kind}: found", found, checked.stdout + checked.stderr)
        if found:
            count.check(f"J1 trial {turn + 1}, {kind}: the place is named", names, f"{named} {words[:3]}")
        shutil.rmtree(folder)
