"""A pupil's file: mended, its history, two who write at once, moves, prints."""
import io
import re
import zipfile

from world import journey


@journey("REC-01 a clerk mends a file: a day that no calendar has is marked, nothing is lost, the history shows old and new", role="clerk")
def edit(person):
    name, path = person.world.pupil()
    person.visit(path)
    code = re.search(r"HS\w+", person.text())[0]
    person.follow("Sửa hồ sơ")
    before = person.page.input_value("[name=birth_date]")
    person.fill("birth_date", "31/02/2014").fill("note", "Giữ lại chữ này").fill("phone", "0912345678").press("Lưu hồ sơ")
    assert person.page.locator("[name=birth_date]").get_attribute("aria-invalid") == "true", "the day is not marked"
    assert person.page.input_value("[name=birth_date]") == "31/02/2014", "the wrong day is gone"
    assert person.page.input_value("[name=note]") == "Giữ lại chữ này", "what was typed is gone"
    person.sees("Có 1 mục cần sửa").finds(".summary a[href='#f-birth_date']", 1)
    person.fill("birth_date", "5-9-2014").press("Lưu hồ sơ")
    person.sees(f"Đã lưu hồ sơ {name}", "05/09/2014", "Giữ lại chữ này", code)
    person.follow("Lịch sử thay đổi").sees("Ngày sinh", "05/09/2014", "Giữ lại chữ này")
    row = person.page.locator("main tbody tr", has_text="Ngày sinh").first.inner_text()
    assert before in row and "05/09/2014" in row, f"not old and new: {row}"


@journey("the history of a record names the person who changed it", role="clerk", widths=(1280,))
def who_changed(person):
    _, path = person.world.pupil()
    person.visit(f"{path}/edit").fill("note", "Ai viết").press("Lưu hồ sơ").visit(f"{path}/history")
    row = person.page.locator("main tbody tr", has_text="Ai viết").first.inner_text()
    assert "Tòng Thị Sim" in row, f"nobody is named: {row}"


@journey("a day that no calendar has is told so, with the day", role="clerk", widths=(1280,))
def no_such_day(person):
    _, path = person.world.pupil()
    person.visit(f"{path}/edit").fill("birth_date", "31/02/2014").press("Lưu hồ sơ")
    error = person.page.locator("#f-birth_date-error").inner_text()
    assert "31/02/2014" in error and "lịch" in error, f"the reason is not said: {error}"


@journey("two windows at one record: the second is told, keeps what it typed, and may still save", role="clerk")
def conflict(person):
    _, path = person.world.pupil()
    person.visit(f"{path}/edit")
    other = person.context.new_page()
    other.goto(f"{path}/edit")
    other.fill("[name=note]", "Cửa sổ thứ nhất")
    other.get_by_role("button", name="Lưu hồ sơ").click()
    other.wait_for_load_state("load")
    assert "Đã lưu hồ sơ" in other.inner_text("body")
    person.fill("note", "Cửa sổ thứ hai").press("Lưu hồ sơ")
    assert "Đã lưu hồ sơ" not in person.text(), "the first window's note was overwritten without a word"
    assert person.page.input_value("[name=note]") == "Cửa sổ thứ hai", "what was typed is gone"
    told = person.page.locator("main .flash, main .notice, main .summary").all_inner_texts()
    assert any("Tòng Thị Sim" in text or "Cửa sổ thứ nhất" in text for text in told), f"not told who or what: {told}"
    person.shoot("conflict")
    person.press("Lưu hồ sơ").sees("Đã lưu hồ sơ", "Cửa sổ thứ hai")


@journey("two windows at different fields of one record are both kept", role="clerk", widths=(1280,))
def no_conflict(person):
    _, path = person.world.pupil()
    person.visit(f"{path}/edit")
    other = person.context.new_page()
    other.goto(f"{path}/edit")
    other.fill("[name=other_name]", "Tên ở nhà")
    other.get_by_role("button", name="Lưu hồ sơ").click()
    other.wait_for_load_state("load")
    person.fill("note", "Ghi chú riêng").press("Lưu hồ sơ")
    person.sees("Đã lưu hồ sơ", "Ghi chú riêng", "Tên ở nhà")


@journey("a pupil moves to another class, leaves, comes back, and the timeline tells it", role="clerk")
def moves(person):
    name, path = person.world.pupil()
    person.visit(path).follow("Chuyển lớp")
    choose_9a(person).fill("reason", "Quyết định 12").press("Chuyển lớp")
    person.sees(f"Đã chuyển {name} sang lớp 9A", "Lớp 9A")
    person.follow("Thôi học, chuyển đi").choose("status", "left-1").press("Ghi rời trường")
    assert person.page.locator("[name=reason]").get_attribute("aria-invalid") == "true", "leaving without a reason is taken"
    assert person.page.input_value("[name=status]") == "left-1", "the state is gone"
    person.choose("reason", {"label": "Nhà xa trường"}).press("Ghi rời trường").sees("Thôi học học kì I")
    left = person.page.locator(".timeline").first.inner_text()
    assert "9A" in left and "8A" in left and "Thôi học học kì I" in left, f"the timeline does not tell it: {left}"
    person.follow("Thông tin riêng").sees("Nhà xa trường", "Quyết định 12")
    assert name not in person.visit(f"/students?q={name}", look=False).names(), "still in the list of those who learn"
    person.visit(path).follow("Nhận lại")
    choose_9a(person).choose("entry", "return").press("Nhận vào lớp")
    person.sees("Đang học", "Học lại sau thôi học")
    assert name in person.visit(f"/students?q={name}", look=False).names(), "not back in the list"


@journey("several pupils ticked in a list move at once", role="clerk", widths=(1280,))
def bulk(person):
    (first, _), (second, path) = person.world.pupil(), person.world.pupil()
    person.visit("/students?grade=8&sort=code")
    for name in (first, second):
        person.page.get_by_role("checkbox", name=f"Chọn {name}", exact=True).first.check()
    assert "2" in person.page.locator("[data-picked-count]").inner_text(), "the bar does not count"
    person.press("Chuyển lớp").sees(first, second, "Chuyển lớp cho 2 học sinh")
    choose_9a(person).press("Chuyển lớp").sees("Đã chuyển 2 học sinh sang lớp 9A", first, second)


@journey("a class list leaves as a real Excel file with every name, formulas harmless", role="clerk", widths=(1280,))
def excel(person):
    person.visit(f"/classes/{person.world.sample['classId']}")
    names = [re.sub(r"^\d+\.\s*", "", name) for name in person.names()]
    book = zipfile.ZipFile(io.BytesIO(person.download("Excel")))
    text = "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    assert "xl/workbook.xml" in book.namelist(), f"no workbook: {book.namelist()}"
    missing = [name for name in names if name.replace("'", "&apos;") not in text and name not in text]
    assert names and not missing, f"not in the file: {missing}"
    assert "DỮ LIỆU MẪU" in text, "the file does not say that it is sample data"
    assert "<f>" not in text, "a formula in the file"


@journey("sổ đăng bộ, class list, cards and confirmation are printed and say DỮ LIỆU MẪU", role="clerk")
def prints(person):
    group, pupil = (person.world.sample[key] for key in ("classId", "studentId"))
    for path, words in (
            (f"/classes/{group}/register", ("SỔ ĐĂNG BỘ", "Phùng Mùi Pham")), (f"/classes/{group}/list", ("DANH SÁCH LỚP", "nữ")),
            (f"/prints/cards?class={group}", ("THẺ HỌC SINH", "Phùng Mùi Pham")), ("/students/print?sex=female", ("Phùng Mùi Pham",))):
        person.visit(path).sees("DỮ LIỆU MẪU", *words)
    person.finds("table")
    assert "LỚP 6A" in person.visit(f"/classes/{group}/list").text()
    person.page.emulate_media(media="print")
    assert person.page.get_by_text("DỮ LIỆU MẪU").first.is_visible(), "the paper does not say DỮ LIỆU MẪU"
    person.page.emulate_media(media="screen")
    person.visit(f"/prints/cards?id={pupil}").finds(".page svg, main svg, svg")
    person.visit(f"/students/{pupil}/confirmation").fill("purpose", "làm thẻ căn cước").press("Lấy số và in")
    person.sees("DỮ LIỆU MẪU", "GIẤY XÁC NHẬN", "Phùng Mùi Pham", "làm thẻ căn cước")
    person.sees("XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "HIỆU TRƯỞNG")


def choose_9a(person):
    return person.choose("class", person.page.locator("[name=class] option", has_text="9A").first.get_attribute("value"))


@journey("a clerk fills in telephones of a whole class: pasted from a spreadsheet, one wrong cell is marked, then all are saved", role="clerk")
def fill_class(person):
    person.visit(f"/classes/{person.world.sample['classId']}").follow("Điền cho cả lớp")
    person.page.locator("summary", has_text="Chọn cột").click()
    ticked = person.page.locator("[name=field]:checked")
    while ticked.count():
        ticked.first.uncheck()
    person.tick_value("field", "phone").tick_value("field", "birth_date").press("Hiện các cột này")
    cells, days = person.page.locator("[data-cell][name^='phone.']"), person.page.locator("[data-cell][name^='birth_date.']")
    last = str(person.width % 7)
    wanted = [f"09123456{place}{last}" for place in range(3)]
    cells.first.evaluate(
        """(cell, text) => { const data = new DataTransfer(); data.setData('text/plain', text); cell.focus();
        cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }""", "\n".join(wanted) + "\n")
    assert [cells.nth(place).input_value() for place in range(3)] == wanted, "what was pasted is not spread"
    person.sees("3 ô đã đổi, chưa lưu")
    cells.first.press("Enter")
    assert cells.nth(1).evaluate("cell => cell === document.activeElement"), "Enter does not go down the column"
    kept = days.nth(1).input_value()
    days.nth(1).fill("31/02/2014")
    person.press("Lưu cả lớp").sees("Có 1 mục cần sửa")
    assert days.nth(1).get_attribute("aria-invalid") == "true" and days.nth(1).input_value() == "31/02/2014", "the wrong day is lost"
    assert cells.nth(2).input_value() == wanted[2], "what was typed is lost"
    days.nth(1).fill(kept)
    person.press("Lưu cả lớp").sees("Đã lưu 3 hồ sơ")
    assert [cells.nth(place).input_value() for place in range(3)] == wanted, "it is not saved"
    person.page.locator("tbody tr a").nth(1).click()
    person.look().follow("Lịch sử thay đổi").sees(f"{wanted[1][:4]} {wanted[1][4:7]} {wanted[1][7:]}")


@journey("without JavaScript a class is filled in all the same", role="clerk", widths=(1280,), javascript=False)
def fill_class_plain(person):
    person.visit(f"/classes/{person.world.sample['classId']}/fill?field=phone")
    person.page.locator("[data-cell]").nth(4).fill("0987 654 321")
    person.press("Lưu cả lớp").sees("Đã lưu 1 hồ sơ")
