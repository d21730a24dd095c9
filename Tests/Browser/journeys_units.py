"""Units and figures: the tree of a day, its history, filters, figures kept."""
import io
import zipfile

from world import journey


@journey("D08 EMI-02 the department sees districts on 30/05/2024 and communes today", role="department")
def as_of(person):
    unit = f"/orgs/{person.world.sample['orgId']}"
    person.visit(unit).sees("UBND xã Phong Thổ").misses("huyện Phong Thổ")
    person.page.locator("summary", has_text="Lọc số liệu").click()
    person.fill("on", "30/05/2024").page.locator("main form [name=on]").press("Enter")
    person.sees("Tại ngày", "Phòng Giáo dục và Đào tạo huyện Phong Thổ").look().misses("UBND xã Phong Thổ")
    person.follow("Phòng Giáo dục và Đào tạo huyện Phong Thổ").sees("Trường PTDTBT THCS Huổi Luông")
    assert "30/05/2024" in person.text(), "the way down forgets the day"
    person.visit(f"{unit}/history").fill("on", "30/06/2025").press("Xem cây đơn vị")
    person.sees("Phòng Giáo dục và Đào tạo huyện Phong Thổ")
    person.fill("on", "31/02/2025").press("Xem cây đơn vị")
    assert "31/02/2025" in person.text() + person.page.input_value("[name=on]"), "a wrong day is lost"
    person.sees("lịch")


@journey("D08 figures of 30/05/2025 stand on the pupils and the tree of that day", role="department", widths=(1280,))
def figures_of_a_day(person):
    unit = f"/orgs/{person.world.sample['orgId']}"
    today = total(person.visit(unit))
    person.visit(f"{unit}?on=30/05/2025").sees("Phòng Giáo dục và Đào tạo huyện Phong Thổ")
    then = total(person)
    assert then > 0 and then != today, f"{then} pupils then, {today} today"
    person.page.get_by_role("link", name="Xem danh sách").click()
    person.page.wait_for_load_state("load")
    assert person.count() == then, f"the list has {person.count()}, the figure says {then}"


@journey("EMI-02 the history of a school tells its managing offices, places and grounds", role="department", widths=(1280,))
def history(person):
    person.visit(f"/orgs/{person.world.sample['schoolId']}").follow("Lịch sử")
    person.sees("Đổi đơn vị quản lý", "01/07/2025", "1670/NQ-UBTVQH15", "15/08/2006 – 30/06/2025", "Xã Huổi Luông")


@journey("EMI-02 a school takes a new name on a day: the old one stands before it", role="department", widths=(1280,))
def rename(person):
    person.visit("/orgs?all=1&q=THPT Phong Thổ").follow("Trường THPT Phong Thổ")
    path = person.path().split("?")[0]
    person.visit(f"{path}/change/rename")
    named = person.page.locator("main form input[type=text]").first
    named.fill("Trường THPT Mường So")
    person.fill("day", "01/10/2026").fill("basis", "QĐ 12/QĐ-UBND")
    person.page.locator("main form button").last.click()
    person.page.wait_for_load_state("load")
    person.look().sees("Trường THPT Mường So")
    if person.page.locator("main form[method=post] button").count():
        person.page.locator("main form[method=post] button.primary, main form[method=post] button").first.click()
        person.page.wait_for_load_state("load")
    person.visit(path).sees("Trường THPT Mường So")
    person.visit(f"{path}/history").sees("Đổi tên", "01/10/2026", "Trường THPT Phong Thổ")
    person.visit(f"{path}?on=30/09/2026")
    assert "Trường THPT Phong Thổ" in person.page.inner_text("h1"), "the old day has the new name"


@journey("figures filter, every plot has its table, and the counts leave as Excel", role="department")
def figures(person):
    unit = f"/orgs/{person.world.sample['orgId']}"
    whole = total(person.visit(unit))
    plots = person.finds("figure.plot")
    assert plots.count() >= 6, f"{plots.count()} plots"
    for plot in plots.all():
        svg = plot.locator("svg").first
        assert svg.get_attribute("aria-label") and plot.locator("figcaption").inner_text().strip(), "a plot without words"
        assert plot.locator("details table tr").count() > 1, "a plot without its table"
    person.visit(f"{unit}?sex=female&level=thcs").sees("THCS")
    assert 0 < total(person) < whole, f"{total(person)} of {whole} after a filter"
    book = zipfile.ZipFile(io.BytesIO(person.download("Excel")))
    text = "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    assert "UBND xã Phong Thổ" in text and str(total(person)) in text, "the file has other figures"


@journey("figures are frozen at a day under a title, in words, leave as Excel, and stand in the list of what was frozen", role="department")
def freezing(person):
    unit, title = f"/orgs/{person.world.sample['orgId']}", f"Đầu năm, màn hình {person.width}"
    person.visit(unit).follow("Chốt số liệu").fill("title", title).fill("day", "32/10/2026").press("Chốt số liệu")
    assert person.page.locator("[name=day]").get_attribute("aria-invalid") == "true", "a wrong day is not marked"
    assert person.page.input_value("[name=title]") == title, "the title is gone"
    person.fill("day", "15/10/2026").press("Chốt số liệu").sees(title, "15/10/2026", "UBND xã Phong Thổ", "DỮ LIỆU MẪU")
    person.misses("moet", "personal").finds("table")
    figures = person.page.locator("table").first.inner_text()
    address = person.path()
    book = zipfile.ZipFile(io.BytesIO(person.download("Excel")))
    text = "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    assert "UBND xã Phong Thổ" in text and "15/10/2026" in text, "the file does not say whose and when"
    person.visit(f"{unit}/freezes").follow(title)
    assert person.path() == address and person.page.locator("table").first.inner_text() == figures, "other figures"


def total(person):
    """The number of pupils that the page of a unit tells."""
    return int("".join(filter(str.isdigit, person.page.get_by_role("link", name="Xem danh sách").inner_text())) or -1)


@journey("a unit is found by typing without marks, by keys alone, also one that the page had not listed", role="department")
def pick_unit(person):
    box = person.visit("/accounts/new").page.get_by_role("combobox", name="Đơn vị quản lý tài khoản")
    chosen, options = person.page.locator("select[name=org]"), person.page.get_by_role("option")
    first = chosen.input_value()
    box.fill("")
    box.press_sequentially("huoi luong", delay=20)
    school = options.filter(has_text="Trường PTDTBT THCS Huổi Luông").first
    school.wait_for()
    person.look()
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id"), "no option is pointed at"
    box.press("Enter")
    assert "Huổi Luông" in box.input_value() and chosen.input_value() not in ("", first), "nothing was chosen"
    kept = chosen.input_value()
    box.fill("không có đơn vị này")
    person.sees("Không có gì khớp")
    box.press("Enter")
    assert person.path() == "/accounts/new", "a name half typed sends the form"
    box.press("Escape")
    assert "Huổi Luông" in box.input_value() and chosen.input_value() == kept, "what was chosen is lost"
    # What was picked is sent: the account stands at the school.
    name = f"Lò Văn Chọn {person.width}"
    person.fill("name", name).fill("username", f"lo.chon.{person.width}").press("Mở tài khoản").sees(name, "Huổi Luông")


@journey("a teacher is told from others by day of birth and post, and may be taken back", role="clerk", widths=(1280,))
def pick_teacher(person):
    person.visit(f"/classes/{person.world.sample['classId']}/edit")
    box, options = person.page.get_by_role("combobox", name="Giáo viên chủ nhiệm"), person.page.get_by_role("option")
    chosen, before = person.page.locator("select[name=homeroom]"), None
    before = chosen.input_value()
    box.click()
    told = options.nth(1).inner_text()
    assert any(letter.isdigit() for letter in told), f"no day of birth: {told}"
    options.nth(2).click()
    assert chosen.input_value() not in ("", before) or options.count() == 0, "a click chooses nothing"
    box.fill("")
    box.blur()
    assert chosen.input_value() == box.input_value() == "" and box.get_attribute("placeholder") == "Chưa phân công", "it is not taken back"


@journey("without JavaScript a unit is found first and then chosen from the list", role="department", widths=(1280,), javascript=False)
def pick_unit_plain(person):
    person.visit("/accounts/new").fill("unit", "huoi luong").press("Tìm đơn vị")
    found = person.page.locator("select[name=org] option").all_inner_texts()
    assert any("Trường PTDTBT THCS Huổi Luông · UBND xã" in one for one in found), found
