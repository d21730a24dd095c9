"""Files in: tried, mended, written, taken back."""
import csv
import datetime
import io
import pathlib
import tempfile
import zipfile

import openpyxl

from world import journey

HEADS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
               "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
             "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,"
                    "blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
                    "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
}


@journey("SYS-03 a list of schools: tried, one row refused with its reason, written, taken back", role="department")
def schools(person):
    mark = f"9{person.width}"
    rows = [["ma", "ten", "phong", "xa", "loai_hinh", "cap"],
            [f"{mark}1", f"Trường Tiểu học Thử {mark}", "UBND xã Phong Thổ", "Xã Phong Thổ", "Công lập", "TH"],
            [f"{mark}2", "", "UBND xã Phong Thổ", "Xã Phong Thổ", "Công lập", "TH"],
            [f"{mark}3", f"Trường Mầm non Thử {mark}", "UBND xã Phong Thổ", "Xã Phong Thổ", "Công lập", "MN"]]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"truong-{mark}.csv"
        with open(file, "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
        send(person, "schools", file)
    person.until("1 dòng bị từ chối").look().sees("chưa ghi gì vào sổ")
    refused = person.page.locator("table", has_text="Lý do").locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert [cell.split("\n")[-1].strip() for cell in refused][:3] == [file.name, "2", "ten"], f"file, row, column: {refused}"
    assert refused[4].strip(), f"no reason: {refused}"
    errors = person.download("Tải bảng kê lỗi").decode("utf-8-sig")
    assert "Lý do" in errors and file.name in errors and len(errors.strip().splitlines()) == 2, f"error file: {errors}"
    person.visit(f"/orgs?all=1&q=Thử {mark}", look=False).misses(f"Trường Tiểu học Thử {mark}")
    person.page.go_back()
    commit_and_undo(person, f"/orgs?all=1&q=Thử {mark}", f"Trường Tiểu học Thử {mark}")


@journey("SYS-03 a OneRoster zip of one class: tried, a row refused, written, taken back", role="department")
def one_roster(person):
    mark = f"W{person.width}"
    given = {
        "manifest": [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.1"],
                     *[[f"file.{name}", "bulk"] for name in HEADS], ["source.systemName", "Thử"], ["source.systemCode", "thu"]],
        "orgs": [[f"s{mark}", "", "", f"Trường Tiểu học Nhập {mark}", "school", f"NHAP{mark}", ""]],
        "academicSessions": [[f"y{mark}", "", "", "2026-2027", "schoolYear", "2026-08-01", "2027-07-31", "", "2027"]],
        "classes": [[f"c{mark}", "", "", f"3N{mark}", "03", "", "", "homeroom", "", f"s{mark}", f"y{mark}", "", "", ""]],
        "users": [user(f"u1{mark}", f"s{mark}", "Xuân", "Giàng", "Thị Nhập"), user(f"u2{mark}", f"s{mark}", "", "", "")],
        "demographics": [[f"u1{mark}", "", "", "2018-03-09", "female", *[""] * 11]],
        "enrollments": [[f"e1{mark}", "", "", f"c{mark}", f"s{mark}", f"u1{mark}", "student", "", "2026-08-20", ""]],
    }
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"lop-{mark}.zip"
        with zipfile.ZipFile(file, "w") as out:
            for name, rows in given.items():
                text = io.StringIO()
                csv.writer(text).writerows(([HEADS[name].split(",")] if name in HEADS else []) + rows)
                out.writestr(f"{name}.csv", text.getvalue())
        send(person, "oneroster", file)
    person.until("dòng bị từ chối").look().sees("users.csv", "givenName")
    commit_and_undo(person, "/students?q=nhap xuan", "Giàng Thị Nhập Xuân")


@journey("SYS-05 an Excel list with a heading nobody knows: mapped, corrected in the file of refused rows, written, taken back", role="clerk")
def mapped(person):
    mark = {1280: "Rộng", 360: "Hẹp"}[person.width]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"ds-{person.width}.xlsx"
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["DANH SÁCH HỌC SINH MỚI"])
        heading = f"Ho ten hs moi {person.width}"
        sheet.append(["STT", heading, "Ngày sinh", "Giới tính", "Lớp", "Ghi gì đó"])
        sheet.append([1, f"Vàng Thị {mark} Một", datetime.date(2014, 2, 3), "Nữ", "6A", "a"])
        sheet.append([2, f"Vàng Thị {mark} Hai", "30/02/2014", "Nữ", "6A", "b"])
        book.save(file)
        send(person, "students", file)
        person.until("thiếu cột").look().sees(heading, "Không đọc")
        person.follow("Sửa cách ghép cột").choose(heading, "Họ và tên").look().press("Chạy thử lại")
        person.until("1 dòng bị từ chối").look().sees("30/02/2014", "Ngày sinh", "chưa ghi gì vào sổ")
        refused = pathlib.Path(folder) / "sua.xlsx"
        refused.write_bytes(person.download("Tải các dòng bị từ chối"))
        commit_and_undo(person, f"/students?q=vang {mark} mot", f"Vàng Thị {mark} Một")
        # The rows that were refused: corrected where they stand and sent again, read without a word.
        book = openpyxl.load_workbook(refused)
        sheet = book.active
        heads = [cell.value for cell in sheet[1]]
        assert sheet.max_row == 2 and sheet.cell(2, len(heads)).value, f"one row with its reason: {heads}"
        sheet.cell(2, heads.index("Ngày sinh") + 1).value = "28/02/2014"
        book.save(refused)
        send(person, "students", refused)
        person.until("chưa ghi gì vào sổ").misses("bị từ chối")
        commit_and_undo(person, f"/students?q=vang {mark} hai", f"Vàng Thị {mark} Hai")
        # What was mapped once is known: the same kind of file needs no word now.
        send(person, "students", file)
        person.until("1 dòng bị từ chối").misses("thiếu cột")


@journey("a picture named .csv and an empty form are refused in words", role="clerk")
def wrong_file(person):
    person.visit("/imports/new")
    person.page.locator("main form").evaluate("form => form.noValidate = true")
    person.press("Chạy thử").sees("Chọn ít nhất một tệp có nội dung")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "users.csv"
        file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8)
        send(person, "oneroster", file)
        person.until("users.csv").page.wait_for_timeout(1500)
    refusal = person.page.locator("main").inner_text()
    assert "UTF-8" in refusal or "không phải" in refusal.lower(), f"not told what is wrong with it: {refusal}"
    assert not any(word in refusal for word in ("Error", "nil", "Optional")), f"words of software: {refusal}"
    assert person.page.get_by_role("button", name="Ghi vào sổ").count() == 0, "a picture can be written"


def user(key, school, given, family, middle):
    return [key, "", "", "true", school, "student", key.lower(), "", given, family, middle, "", "", "", "", "", "03", ""]


def send(person, kind, file):
    person.visit("/imports/new").tick_value("kind", kind)
    person.page.set_input_files("[name=files]", str(file))
    person.press("Chạy thử")


def commit_and_undo(person, place, name):
    """Writes what was tried, sees it at its place, takes it back, sees it gone."""
    person.press("Ghi vào sổ").until("Đã ghi vào sổ").look()
    job = person.path()
    person.visit(place).sees(name)
    person.visit(job).follow("Hoàn tác").sees("Hoàn tác lần nhập").press("Hoàn tác")
    person.sees("Đã hoàn tác")
    person.visit(place).misses(name)
    person.visit(job)
    assert person.page.get_by_role("link", name="Hoàn tác").count() == 0, "what was taken back can be taken back again"
