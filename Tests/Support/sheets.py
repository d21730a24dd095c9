#!/usr/bin/env python3
"""Gives hoaban spreadsheets of other makers: lists of learners written by openpyxl, LibreOffice and xlwt, and damaged ones.

usage: sheets.py --binary .build/debug/hoaban [--full]

Every list must be taken with each row accounted for; every damaged one must be read or refused by a sentence, by a child that
neither falls nor hangs nor leaves files. --full damages 10,000 files instead of 300 and writes 150,000 rows instead of 5,000.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile

import openpyxl
import openpyxl.styles
import xlwt

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import counted

count = counted.Counted()
HEAD = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Lớp", "Số điện thoại"]
FAMILY = ["Lò", "Vàng", "Giàng", "Quàng", "Nguyễn", "Hoàng", "Tẩn", "Lý"]
GIVEN = ["Hoa", "Páo", "Súa", "Dua", "Én", "Nam", "Thảo", "Chứ", "Mẩy", "Phử"]


def pupil(number):
    """A learner whom nobody else is: name, day of birth, sex, class, telephone."""
    letters = "".join(chr(65 + number // 26 ** place % 26) for place in range(4))
    name = f"{FAMILY[number % 8]} {letters.capitalize()} {GIVEN[number // 8 % 10]}"
    return name, datetime.date(2014, 1, 1) + datetime.timedelta(days=number % 360), ("Nam", "Nữ")[number % 2], f"6{'ABCD'[number % 4]}", f"09{number:08d}"


def rows(many, start=0):
    return [[index + 1, *pupil(start + index)] for index in range(many)]


class Sheets:
    """The files of one run, each with what must come of it."""

    def __init__(self, folder, full):
        self.folder, self.full, self.number = folder, full, 0

    def path(self, name):
        return str(self.folder / name)

    def fresh(self, many):
        self.number += many
        return rows(many, self.number - many)

    def book(self, head=HEAD, data=(), name="6A"):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = name
        if head:
            sheet.append(head)
        for row in data:
            sheet.append(row)
        return book, sheet

    # openpyxl

    def plain(self):
        book, _ = self.book(data=self.fresh(40))
        book.save(self.path("plain.xlsx"))
        return "plain.xlsx", 40

    def large(self):
        many = 150_000 if self.full else 5_000
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Danh sách")
        sheet.append(HEAD)
        for row in self.fresh(many):
            sheet.append(row)
        book.save(self.path("large.xlsx"))
        return "large.xlsx", many

    def phantom(self):
        """Formats down to the last row that Excel knows: rows that hold nothing."""
        book, sheet = self.book(data=self.fresh(20))
        thin = openpyxl.styles.Side(style="thin")
        for row in range(22, 30_000 if not self.full else 200_000):
            sheet.cell(row, 1).border = openpyxl.styles.Border(left=thin)
        sheet.cell(1_048_576, 3).border = openpyxl.styles.Border(left=thin)
        book.save(self.path("phantom.xlsx"))
        return "phantom.xlsx", 20

    def merged(self):
        """A title over all columns, a heading of two rows, the class merged down its learners."""
        book, sheet = self.book(head=["DANH SÁCH HỌC SINH NĂM HỌC 2026-2027"])
        sheet.merge_cells("A1:H1")
        sheet.append([])
        sheet.append(["STT", "Lớp", "Họ và tên", "Ngày sinh", "Cha", None, "Mẹ", None])
        sheet.append([None, None, None, None, "Họ và tên", "Năm sinh", "Họ và tên", "Năm sinh"])
        for place in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3"):
            sheet.merge_cells(place)
        for index, (_, name, birth, _, _, _) in enumerate(self.fresh(6)):
            sheet.append([index + 1, "6A" if index % 3 == 0 else None, name, birth, "Lò Văn Cha", 1980, "Lò Thị Mẹ", 1985])
        sheet.merge_cells("B5:B7")
        sheet.merge_cells("B8:B10")
        book.save(self.path("merged.xlsx"))
        return "merged.xlsx", 6

    def epoch(self):
        book, _ = self.book(data=self.fresh(10))
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.save(self.path("epoch1904.xlsx"))
        return "epoch1904.xlsx", 10

    def inline(self):
        """Texts in the cells themselves, as many reports write them, without numbers of rows and cells."""
        cells = lambda row: "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' if not isinstance(cell, int) else f"<c><v>{cell}</v></c>"
                                    for cell in row)
        data = [HEAD] + [[n, name, birth.strftime("%d/%m/%Y"), sex, room, phone] for n, name, birth, sex, room, phone in self.fresh(12)]
        sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + "".join(
            f"<row>{cells(row)}</row>" for row in data) + "</sheetData></worksheet>"
        with zipfile.ZipFile(self.path("inline.xlsx"), "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/worksheets/sheet1.xml", sheet)
            package.writestr("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
                             '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="6A" sheetId="1" r:id="rId1"/></sheets></workbook>')
            package.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
                             'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>')
        return "inline.xlsx", 12

    def hidden(self):
        """One sheet a class, named after it, and hidden sheets that must stay unread."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, state in (("6A", "visible"), ("6B", "visible"), ("Năm cũ", "hidden"), ("Nháp", "veryHidden")):
            sheet = book.create_sheet(name)
            sheet.sheet_state = state
            sheet.append(["STT", "Họ và tên", "Ngày sinh"])
            for number, who, birth, *_ in self.fresh(5):
                sheet.append([number, who, birth])
        book.save(self.path("hidden.xlsx"))
        return "hidden.xlsx", 10

    def zeros(self):
        """Telephones as numbers under a format of zeros, and as numbers that lost theirs."""
        book, sheet = self.book()
        for number, name, birth, sex, room, phone in self.fresh(8):
            sheet.append([number, name, birth, sex, room, int(phone)])
            if number % 2:
                sheet.cell(sheet.max_row, 6).number_format = "0000000000"
        book.save(self.path("zeros.xlsx"))
        return "zeros.xlsx", 8

    def texts(self):
        """Days as text in any form, decomposed letters, spaces that do not break."""
        forms = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%-d/%-m/%Y"]
        data = [[n, unicodedata.normalize("NFD", name).replace(" ", "\u00a0 "), birth.strftime(forms[n % 5]), sex, room, f" {phone} "]
                for n, name, birth, sex, room, phone in self.fresh(10)]
        book, _ = self.book(data=data)
        book.save(self.path("texts.xlsx"))
        return "texts.xlsx", 10

    def wrong_ending(self):
        book, _ = self.book(data=self.fresh(7))
        book.save(self.path("wrong.xlsx"))
        os.rename(self.path("wrong.xlsx"), self.path("wrong.csv"))
        return "wrong.csv", 7

    def old(self):
        book = xlwt.Workbook()
        sheet, day = book.add_sheet("6A"), xlwt.XFStyle()
        day.num_format_str = "dd/mm/yyyy"
        for column, title in enumerate(HEAD):
            sheet.write(0, column, title)
        for line, row in enumerate(self.fresh(30), 1):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell, day) if column == 2 else sheet.write(line, column, cell)
        book.save(self.path("old.xls"))
        return "old.xls", 30

    # LibreOffice

    def office(self, source, ending, target=None):
        """Has LibreOffice write a file anew in another format."""
        done = subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{self.folder}/office", "--convert-to", ending, "--outdir", str(self.folder / "made"), self.path(source)],
            capture_output=True, text=True, timeout=180)
        made = self.folder / "made" / (pathlib.Path(source).stem + "." + ending.split(":")[0])
        if not made.exists():
            raise RuntimeError(f"LibreOffice: {done.stdout} {done.stderr}")
        target = target or f"office-{pathlib.Path(source).stem}.{ending.split(':')[0]}"
        shutil.move(made, self.path(target))
        return target

    def calculated(self):
        """Formulas with results that LibreOffice has stored, and one that is an error."""
        book, sheet = self.book()
        for number, name, birth, sex, room, phone in self.fresh(9):
            family, *rest = name.split()
            sheet.append([f"=ROW()-1", f'=CONCATENATE("{family}"," ","{" ".join(rest)}")', birth, sex, room, phone])
        sheet.append([10, "=1/0", datetime.date(2014, 1, 1), "Nam", "6A", ""])
        book.save(self.path("formula.xlsx"))
        return self.office("formula.xlsx", "xlsx"), 10, 1

    def uncalculated(self):
        """The same without results, as openpyxl leaves them: refused row by row."""
        return "formula.xlsx", 10, 10

    def office_xlsx(self):
        book, _ = self.book(data=self.fresh(25))
        book.save(self.path("for-office.xlsx"))
        return self.office("for-office.xlsx", "xlsx"), 25

    def office_xls(self):
        book, _ = self.book(data=self.fresh(25))
        book.save(self.path("for-xls.xlsx"))
        return self.office("for-xls.xlsx", "xls"), 25

    def office_html(self):
        book, _ = self.book(data=self.fresh(15))
        book.save(self.path("for-html.xlsx"))
        return self.office("for-html.xlsx", "html", "web-page.xls"), 15

    def office_csv(self):
        book, _ = self.book(data=self.fresh(15))
        book.save(self.path("for-csv.xlsx"))
        return self.office("for-csv.xlsx", "csv:Text - txt - csv (StarCalc):59,34,76,1", "semicolon.csv"), 15

    def all(self):
        return [self.plain, self.large, self.phantom, self.merged, self.epoch, self.inline, self.hidden, self.zeros, self.texts, self.wrong_ending, self.old,
                self.calculated, self.uncalculated, self.office_xlsx, self.office_xls, self.office_html, self.office_csv]


def told(binary, data, *words):
    """Runs an import; its JSON, its seconds and the most memory that a process of it held, in MiB."""
    began = time.monotonic()
    done = subprocess.run([binary, *words, "--data", data, "--json"], capture_output=True, text=True, timeout=1200)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    try:
        return json.loads(done.stdout), time.monotonic() - began, peak
    except json.JSONDecodeError:
        raise RuntimeError(f"{words}: {done.returncode} {done.stderr[-600:]}")


def lists(binary, folder, full):
    data = str(folder / "data")
    subprocess.run([binary, "demo", "--scale", "school", "--data", data, "--json"], capture_output=True, check=True)
    base = sqlite3.connect(f"{data}/hoaban.sqlite")
    school = base.execute("SELECT code FROM registry_org WHERE is_institution = 1 AND code LIKE '%THCS1' ORDER BY id LIMIT 1").fetchone()[0]
    sheets = Sheets(folder, full)
    for make in sheets.all():
        name, many, *refused = make()
        refused = refused[0] if refused else 0
        report, seconds, peak = told(binary, data, "import", "students", sheets.path(name), "--org", school, "--year", "2026-2027")
        fates = {fate: sum(report[fate].values()) for fate in ("created", "updated", "unchanged")}
        print(f"{name}: {seconds:.1f} s, {peak} MiB, {fates}, {len(report['rejected'])} refused", flush=True)
        count.check(f"{name}: every row is accounted for", report["read"] == many == sum(fates.values()) + len(report["rejected"]), report)
        count.check(f"{name}: taken", fates["created"] == many - refused and len(report["rejected"]) == refused, report)
        count.check(f"{name}: memory", peak <= 512, peak)
        if refused == 0:
            births = base.execute("SELECT COUNT(*) FROM registry_student WHERE birth_date BETWEEN '2014-01-01' AND '2014-12-31'").fetchone()[0]
            again, *_ = told(binary, data, "import", "students", sheets.path(name), "--org", school, "--year", "2026-2027")
            count.check(f"{name}: taken again it changes nothing", sum(again["unchanged"].values()) == many, again)
    wrong = base.execute("SELECT COUNT(*) FROM registry_student WHERE created_at > (SELECT MAX(created_at) - 3600000 FROM registry_student) "
                         "AND birth_date LIKE '2014-%' AND LENGTH(birth_date) <> 10").fetchone()[0]
    count.check("days are days", wrong == 0, wrong)
    phones = base.execute("SELECT COUNT(*) FROM registry_student WHERE details LIKE '%\"phone\":\"9%'").fetchone()[0]
    count.check("zeros in front are kept", phones == 0, phones)
    return sheets


def damaged(content, dice):
    """The file with a few bytes changed, cut out, doubled or moved."""
    content = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        at, size = dice.randrange(len(content)), dice.choice([1, 2, 4, 16, 200])
        match dice.randrange(5):
            case 0:
                content[at] = dice.randrange(256)
            case 1:
                del content[at:at + size]
            case 2:
                content[at:at] = content[at:at + size]
            case 3:
                content[at:at + size] = bytes(dice.randrange(256) for _ in range(size))
            case 4:
                content[at:at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x01\0\0\0"])
        if not content:
            content = bytearray(b"\0")
    return bytes(content)


def damaged_xml(path, dice):
    """A workbook whose package is whole and whose parts are not: what reaches the reader of XML."""
    out = tempfile.SpooledTemporaryFile()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = package.namelist()
        victim = dice.choice([name for name in names if name.endswith((".xml", ".rels"))])
        for name in names:
            content = package.read(name)
            target.writestr(name, damaged(content, dice) if name == victim and content else content)
    out.seek(0)
    return out.read()


def mutations(binary, folder, sheets, full):
    dice, many = random.Random(20261130), 10_000 if full else 300
    sources = [sheets.path(name) for name in ("plain.xlsx", "merged.xlsx", "hidden.xlsx", "office-for-office.xlsx", "old.xls", "web-page.xls", "semicolon.csv", "inline.xlsx")]
    contents = {source: open(source, "rb").read() for source in sources}
    fates, fallen, slow, stray = {"read": 0, "refused": 0}, [], [], []
    victim, target = folder / "victim", folder / "plain-rows"
    for number in range(many):
        source = dice.choice(sources)
        content = damaged_xml(source, dice) if source.endswith(".xlsx") and number % 2 else damaged(contents[source], dice)
        victim.write_bytes(content)
        shutil.rmtree(target, ignore_errors=True)
        before, began = set(os.listdir(folder)), time.monotonic()
        try:
            done = subprocess.run([binary, "parse", "table", str(victim), str(target), str(len(content))], capture_output=True, timeout=60)
            if done.returncode not in (0, 1):
                # FreeXL reads old workbooks: where it falls, the child falls alone, and the sender hears that the file is broken.
                (fallen if not source.endswith("old.xls") else fates.setdefault("fallen in FreeXL", [])).append((number, source, done.returncode))
            else:
                json.loads(done.stdout)
                fates["read" if done.returncode == 0 else "refused"] += 1
        except subprocess.TimeoutExpired:
            slow.append((number, source))
        if time.monotonic() - began > 20:
            slow.append((number, source))
        stray += [name for name in set(os.listdir(folder)) - before if name != "plain-rows"]
    print({fate: some if isinstance(some, int) else len(some) for fate, some in fates.items()}, flush=True)
    count.check(f"{many} damaged lists: the child never falls", not fallen, fallen[:5])
    count.check(f"{many} damaged lists: none takes long", not slow, slow[:5])
    count.check(f"{many} damaged lists: no file elsewhere", not stray, stray[:5])


def bombs(binary, folder):
    """Packages that unpack to far more than they are."""
    def package(name, parts):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for part, pieces in parts.items():
                with out.open(part, "w", force_zip64=True) as stream:
                    for piece in pieces:
                        stream.write(piece)
        return str(folder / name)
    book = [b'<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>']
    parts = [b'<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="s.xml"/></Relationships>']
    base = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": parts}
    head, tail = b"<worksheet><sheetData><row><c t=\"str\"><v>", b"</v></c></row></sheetData></worksheet>"
    files = {
        "one-cell.xlsx": {**base, "xl/worksheets/sheet1.xml": [head] + [b"a" * (1 << 20)] * 700 + [tail]},
        "strings.xlsx": {**base, "xl/worksheets/sheet1.xml": [b"<worksheet/>"], "xl/s.xml": [b"<sst>"] + [b"<si><t>" + b"a" * 60_000 + b"</t></si>"] * 9_000 + [b"</sst>"]},
        "deep.xlsx": {**base, "xl/worksheets/sheet1.xml": [b"<a>" * 200_000]},
        "merges.xlsx": {**base, "xl/worksheets/sheet1.xml": [b"<worksheet><sheetData><row><c t=\"str\"><v>a</v></c></row></sheetData>"] + [b'<mergeCell ref="A1:XFD1048576"/>'] * 200_000 + [b"</worksheet>"]},
        "attributes.xlsx": {**base, "xl/worksheets/sheet1.xml": [b"<worksheet><sheetData><row " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"/></sheetData></worksheet>"]},
        "names.html": {},
    }
    for name, content in files.items():
        if name == "names.html":
            path = str(folder / name)
            with open(path, "wb") as out:
                out.write(b"<html><table><tr><td rowspan=999999 colspan=999999>" + b"<td>x" * 400_000)
        else:
            path = package(name, content)
        shutil.rmtree(folder / "out", ignore_errors=True)
        began = time.monotonic()
        done = subprocess.run([binary, "parse", "table", path, str(folder / "out"), str(os.path.getsize(path))], capture_output=True, timeout=120)
        written = sum(entry.stat().st_size for entry in (folder / "out").glob("*")) if (folder / "out").exists() else 0
        print(f"{name}: {os.path.getsize(path)} bytes, {time.monotonic() - began:.1f} s, exit {done.returncode}, {written} bytes written, {done.stdout[:160].decode()}", flush=True)
        count.check(f"{name}: refused, or small", done.returncode == 1 or written < 64 << 20, done)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    binary = os.path.abspath(asked.binary)
    with tempfile.TemporaryDirectory(prefix="hoaban-sheets-") as folder:
        folder = pathlib.Path(folder)
        sheets = lists(binary, folder, asked.full)
        bombs(binary, folder)
        mutations(binary, folder, sheets, asked.full)
    sys.exit(count.finish())


if __name__ == "__main__":
    main()
