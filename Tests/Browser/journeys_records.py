"""One child, one record: doubles seen at entry, compared, merged, taken back; a transfer between two schools."""
import re
import unicodedata

from world import journey


def plain(name):
    """A name as somebody types it without marks."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("Đ", "D")


def facts(person, address):
    """The date of birth and the code on a pupil's page."""
    person.visit(address, look=False)
    born = re.search(r"\d\d/\d\d/\d{4}", person.page.locator(".person.large small").inner_text()).group(0)
    return born, person.page.locator("dl.facts dd").first.inner_text().strip()


@journey("REC-02 REC-03 a double is seen at entry, compared, merged and taken back", role="clerk")
def double(person):
    name, address = person.world.pupil()
    born, code = facts(person, address)
    person.visit("/students/new").fill("full_name", plain(name)).fill("birth_date", born).choose("class", {"index": 1})
    person.press("Thêm học sinh").sees("Có thể đã có hồ sơ của em này", "cùng ngày sinh", "một bên không dấu")
    person.finds(f"main a[href='{address}']")
    person.tick("confirmed").press("Thêm học sinh").sees("Đã thêm")
    second = person.path()
    _, other = facts(person, second)
    person.visit(second).follow("Gộp, tách hồ sơ").fill("code", code).press("Đối chiếu").sees("Đối chiếu hai hồ sơ", other, code)
    pair = person.path()
    person.visit(pair).follow("Là một em: gộp hồ sơ").sees("Hồ sơ giữ lại", "Sẽ chuyển sang hồ sơ giữ lại")
    person.fill("reason", "x").press("Gộp hai hồ sơ").sees("Ghi lý do")
    person.fill("reason", "Nhập hai lần, đã xem giấy khai sinh").press("Gộp hai hồ sơ").sees("Đã gộp", name)
    merge = person.path()
    gone = second if code in person.text() and person.page.locator(f"main a[href='{address}']").count() else address
    person.visit(gone, look=False).sees("Hồ sơ này đã được gộp")
    person.visit(merge).page.locator("main details summary").last.click()
    person.press("Hoàn tác").sees("Đã hoàn tác")
    for one in (address, second):
        person.visit(one, look=False).misses("đã được gộp")
    person.visit("/merges").sees("đã hoàn tác")


@journey("REC-03 two people are said to be two, and a record of two is split", role="clerk", widths=(1280,))
def parted(person):
    (_, one), (_, other) = person.world.pupil(), person.world.pupil()
    _, code = facts(person, other)
    person.visit(one).follow("Gộp, tách hồ sơ").fill("code", code).press("Đối chiếu")
    person.page.locator("main details summary", has_text="Không phải một người").click()
    person.fill("reason", "Hai em khác nhau, đã gặp cả hai").press("Ghi là hai người khác nhau").sees("Đã ghi là hai người")
    person.visit("/duplicates?state=different").sees("Hai em khác nhau, đã gặp cả hai")
    person.visit(one).follow("Gộp, tách hồ sơ").follow("Tách hồ sơ").fill("full_name", "Lò Thị Em Hai")
    person.page.locator("[name=stays]").last.check()
    person.fill("reason", "Hai em chung hồ sơ").press("Tách ra hồ sơ mới").sees("Đã tách ra hồ sơ mới", "Lò Thị Em Hai")
    person.page.locator("main details summary").last.click()
    person.press("Hoàn tác").sees("Đã hoàn tác")


@journey("REC-04 a transfer is asked for, agreed by both schools' heads, and the record goes over", role="clerk", widths=(1280,))
def transfer(person):
    name, address = person.world.pupil()
    with person.another("administrator") as office:
        office.visit("/orgs?institutions=1", look=False)
        schools = [(link.inner_text().strip(), link.get_attribute("href").split("?")[0])
                   for link in office.page.locator("main tbody th a[href^='/orgs/']").all()]
        own = person.world.sample["schoolId"]
        target, href = next((school, link) for school, link in schools if own not in link)
        person.visit(address)
        person.page.locator("main").get_by_role("link", name="Chuyển trường").first.click()
        person.fill("school", target).fill("reason", "Theo gia đình chuyển chỗ ở")
        person.tick_value("papers", "report-book").press("Gửi yêu cầu chuyển trường").sees("chờ hai trường duyệt", target)
        request = person.path()
        person.sees("chờ hiệu trưởng hoặc phó hiệu trưởng").refused(f"{request}/approval", (403, 404, 405))
        with person.another("principal") as head:
            head.visit("/me").follow("Yêu cầu chuyển trường chờ duyệt").follow(name).press("Đồng ý cho chuyển đi")
            head.sees("trường cho đi đã đồng ý")
        office.visit(request)
        office.choose("class", {"index": 1}).press("Đồng ý tiếp nhận").sees("đã chuyển trường")
        office.visit(address).sees(target)
    person.refused(address)
    person.visit(request).sees("đã chuyển", name)
