"""Finding pupils: the list with its filters, the search box, the way down and back."""
from person import Wrong
from world import journey


@journey("D17 SYS-11 a clerk finds a pupil with and without marks, by the list and by the search box", role="clerk")
def searching(person):
    person.visit("/students?q=thi%20do")
    without = person.names()
    assert any("Dợ" in name for name in without) and any("Đôi" in name for name in without), f"no Dợ, Đôi in {without}"
    person.visit("/students?q=mùa thị").misses("Bùi Thị")
    assert all(name.startswith("Mùa Thị") for name in person.names()) and person.names(), f"finds {person.names()}"
    if person.width > 640:
        person.visit("/me", look=False)
        person.page.keyboard.press("/")
        person.page.keyboard.type("giang a giong")
        person.page.keyboard.press("Enter")
        person.page.wait_for_url("**/search?q=*")
    else:
        person.visit("/search").fill("q", "giang a giong")
        person.page.locator("main [name=q]:visible").press("Enter")
    person.sees("Giàng A Giống").look()
    person.follow("Giàng A Giống").sees("Thông tin chính", "2012")


@journey("D17 marks that are typed are meant: Dợ is not Dọn", role="clerk", widths=(1280,))
def with_marks(person):
    person.visit("/students?q=Thị Dợ")
    assert person.names() and all("Dợ" in name for name in person.names()), f"finds {person.names()}"


@journey("SYS-11 two words typed are two words of the name, not one word twice", role="clerk", widths=(1280,))
def two_words(person):
    names = person.visit("/students?q=vang van").names()
    assert names and all("Vàng Văn" in name for name in names), f"finds {names}"


@journey("SYS-11 names stand in the order of the given name, then the middle name, then the family", role="clerk", widths=(1280,))
def order_of_names(person):
    given = [name.split()[-1] for name in person.visit("/students").names()]
    places = [next(at for at, name in enumerate(given) if name.startswith(letter)) for letter in ("B", "C", "D", "Đ", "G", "H")]
    assert places == sorted(places), f"not in the order of B, C, D, Đ, G, H: {given}"
    assert given.index("Dợ") < given.index("Dua") < given.index("Dũng") < given.index("Đại"), f"not in order: {given}"


@journey("a list answers while one types, counts, and says what to do when nobody is found", role="clerk")
def live_list(person):
    person.visit("/students")
    whole = person.count()
    person.page.locator("main [name=q]:visible").press_sequentially("phung mui", delay=30)
    person.page.wait_for_url("**q=phung+mui")
    person.page.wait_for_function("document.querySelector('#list').getAttribute('aria-busy') === null")
    assert 0 < person.count() < whole and all("Phùng Mùi" in name for name in person.names()), f"{person.names()}"
    assert person.page.evaluate("document.activeElement.name") == "q", "the box lost the caret"
    assert "q=phung" in person.page.url, "the address does not keep the search"
    person.page.locator("main [name=q]:visible").fill("khong co ai")
    person.sees("Không tìm thấy ai", "Thử bỏ bớt điều kiện lọc").follow("Bỏ mọi điều kiện lọc")
    assert person.count() == whole, f"{person.count()} of {whole} after taking the filters off"
    person.visit("/search?q=zzqqzz").sees("Không thấy ai, đơn vị nào khớp")


@journey("filters narrow the list, stand as chips, come off one by one and follow to the file", role="clerk")
def filters(person):
    person.visit("/students")
    whole = person.count()
    person.choose("grade", "7").sees("Bỏ lọc")
    person.page.wait_for_url("**grade=7**")
    grade = settled(person)
    person.page.locator("summary", has_text="Lọc thêm").click()
    person.choose("sex", "female")
    person.page.wait_for_url("**sex=female**")
    girls = settled(person)
    person.choose("ethnicity", "08")
    person.page.wait_for_url("**ethnicity=08**")
    assert whole > grade > girls > settled(person) > 0, f"{whole}, {grade}, {girls}, {person.count()}"
    person.look().finds("#list .chip", 3)
    rows = person.page.locator("#list tbody tr").all_inner_texts()
    assert all("Mông" in row and "Nữ" in row for row in rows), f"another row: {rows}"
    excel = person.page.get_by_role("link", name="Excel").get_attribute("href")
    assert "sex=female" in excel and "ethnicity=08" in excel, f"Excel forgets the filters: {excel}"
    person.page.locator("#list .chip", has_text="Dân tộc").click()
    person.page.wait_for_url(lambda url: "ethnicity" not in url)
    assert person.count() == girls and "sex=female" in person.page.url, "taking one filter off takes more"
    person.page.reload()
    assert person.count() == girls and person.page.locator("[name=sex]").first.input_value() == "female"


@journey("a filter of policy, and those who left, are found", role="clerk", widths=(1280,))
def policy(person):
    whole = person.visit("/students").count()
    poor = person.visit("/students?policy=poor").sees("Hộ nghèo").count()
    assert 0 < poor < whole, f"{poor} poor of {whole}"
    assert person.visit("/students?status=any").count() > whole, "nobody has ever left"


@journey("the list sorts by its columns, shows chosen columns, and goes on and back a page", role="clerk")
def sorting(person):
    person.visit("/students")
    first = person.names()
    assert len(first) == 50, f"{len(first)} rows on the first page"
    person.follow("Trang sau")
    second = person.names()
    assert second and not set(map(str, person.pupils())) & set(first), "the second page repeats the first"
    person.follow("Trang trước")
    assert person.names() == first, "the way back leads elsewhere"
    person.visit("/students?sort=birth")
    days = [row.split("/")[-1][:4] for row in person.page.locator("#list tbody td").all_inner_texts() if row.count("/") == 2]
    assert days and (days == sorted(days) or days == sorted(days, reverse=True)), f"not by day of birth: {days}"
    person.page.locator("summary", has_text="Cột").click()
    person.page.locator(".columns-menu [value=ethnicity]").uncheck()
    person.page.locator(".columns-menu [value=grade]").check()
    person.press("Xem các cột này")
    heads = person.page.locator("#list thead").inner_text()
    assert "Khối" in heads and "Dân tộc" not in heads, f"columns: {heads}"


@journey("the way down from the province keeps the filter, and the crumbs lead back", role="department")
def drilling(person):
    person.visit(f"/orgs/{person.world.sample['orgId']}?sex=female")
    person.finds(".chip")
    for unit in ("UBND xã Phong Thổ", "Trường PTDTBT THCS Huổi Luông"):
        person.follow(unit)
        assert "sex=female" in person.page.url and person.finds(".chip").count() == 1, f"{unit} forgets the filter"
    person.page.locator(".crumbs a", has_text="UBND xã Phong Thổ").click()
    person.page.wait_for_load_state("load")
    assert "sex=female" in person.page.url, "the crumbs forget the filter"
    person.look()


@journey("on a wide screen a row opens beside its list, and going back closes it", role="clerk", widths=(1280,))
def panel(person):
    person.visit("/students")
    name, href = person.pupils()[0]
    person.page.get_by_role("link", name=name).click()
    person.page.locator("#panel", has_text="Thông tin chính").wait_for()
    assert person.path() == href and person.page.locator("#list").is_visible(), "the list is gone"
    person.look()
    person.page.keyboard.press("Escape")
    person.page.wait_for_url("**/students")
    assert not person.page.locator("#panel").is_visible(), "the panel stays open"


def settled(person):
    """The count after the list has come anew."""
    person.page.wait_for_function("document.querySelector('#list').getAttribute('aria-busy') === null")
    if not person.count():
        raise Wrong("the list is empty")
    return person.count()
