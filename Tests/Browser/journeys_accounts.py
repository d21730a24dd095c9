"""Accounts: first sign-ins and codes on paper, guardians, sessions, another's eyes, who can see a pupil."""
from person import Wrong
from world import journey

SECRET = "hoa ban nở trắng rừng"


def slips(person):
    """What stands on the slips of a printed page: name, username (if any), code."""
    found = []
    for slip in person.finds("li.slip").all():
        lines = [line.inner_text() for line in slip.locator("p b").all()]
        found.append((slip.locator(".slip-name").inner_text(), lines[0], slip.locator(".slip-secret").inner_text().strip()))
    return found


def redeem(person, path, code, name, secret):
    """Uses a code from paper, as its holder would: sees whose it is, sets a password, is inside."""
    person.visit(path).fill("code", code.lower()).press("Tiếp tục").sees(name)
    person.fill("password", secret).fill("again", secret + "x")
    person.page.locator("main form button.primary").click()
    person.sees("chưa giống nhau").look()
    person.fill("password", secret).fill("again", secret)
    person.page.locator("main form button.primary").click()
    person.page.wait_for_url("**/me")
    return person.look()


def first_sign_in(clerk, secret=SECRET):
    """Prints the sheet of class 8A and signs its first pupil in: the name and the account."""
    clerk.visit("/classes").follow("8A").follow("Phiếu đăng nhập lần đầu").press("Tạo phiếu để in").sees("DỮ LIỆU MẪU")
    name, username, code = slips(clerk)[0]
    with clerk.another() as pupil:
        redeem(pupil, "/activate", code, name, secret).sees(f"Xin chào, {name}")
        pupil.refused("/students", (403, 404))
    with clerk.another() as thief:
        thief.visit("/activate").fill("code", code).press("Tiếp tục")
        assert "/activate" in thief.path() and thief.page.locator("[name=password]").count() == 0, "a code works twice"
    return name, {"username": username, "password": secret}


@journey("the first sign-in sheet of a class lets a pupil in once, and a printed code lets them in again",
         role="clerk", widths=(1280,))
def codes(person):
    name, account = first_sign_in(person)
    with person.another(account=account) as pupil:
        person.visit(f"/accounts?q={account['username']}")
        person.visit(person.page.get_by_role("link", name=name, exact=True).get_attribute("href")).follow("In mã đặt lại mật khẩu")
        person.page.locator("main form button.primary, main form button").last.click()
        person.page.wait_for_load_state("load")
        person.look().sees("DỮ LIỆU MẪU")
        _, _, code = slips(person)[0]
        with person.another() as again:
            redeem(again, "/reset", code, name, "một câu khác hẳn câu trước").sees(f"Xin chào, {name}")
        pupil.page.goto("/me")
        assert "/login" in pupil.page.url, "the old session lives after the password has changed"
    with person.another() as old:
        try:
            old.sign_in(account)
        except Wrong:
            return
        raise Wrong("the old password still works")


@journey("a guardian claims the child by a slip, the homeroom teacher approves, then the guardian sees the child", role="homeroom")
def guardian(person):
    name, child = pupil_of(person, 3 if person.width > 640 else 4)
    person.visit(f"{child}/slips").press("Tạo phiếu để in").sees("DỮ LIỆU MẪU", name)
    code = slips(person)[0][2]
    with person.another() as mother:
        mother.visit("/claim").fill("code", code).press("Tiếp tục").fill("name", f"Lò Thị Mẹ {person.width}")
        mother.choose("relation", {"label": "Mẹ"}).fill("password", "ngắn").fill("again", "ngắn")
        mother.press("Mở tài khoản và gửi yêu cầu")
        assert mother.page.input_value("[name=name]") == f"Lò Thị Mẹ {person.width}", "the name is gone"
        mother.fill("password", SECRET).fill("again", SECRET).press("Mở tài khoản và gửi yêu cầu")
        mother.sees("ghi lại tên đăng nhập", "lo.thi.me").refused(child)
        person.visit("/slips").follow(name).sees(f"Lò Thị Mẹ {person.width}", "Người thân trong hồ sơ")
        person.press("Duyệt, cho xem hồ sơ của con")
        mother.visit("/me").sees(name).follow(name).sees("Thông tin chính").misses("Sửa hồ sơ")
        mother.refused(f"/students/{person.world.sample['studentId']}")


@journey("guardians' slips are reached from the page of the pupil and of the class, where the empty list sends people",
         role="homeroom", widths=(1280,))
def slips_of_a_class(person):
    person.visit(f"/students/{person.world.sample['studentId']}").finds("main a[href$='/slips']")
    person.visit(f"/classes/{person.world.sample['classId']}").finds("main a[href$='/slips']").first.click()
    person.press("Tạo 27 phiếu để in")
    assert len({code for _, _, code in slips(person)}) == 27, "not a code for each of 27 pupils"


@journey("sessions are listed, one is ended and is out at once", role="librarian", widths=(1280,))
def sessions(person):
    with person.another("librarian") as elsewhere:
        person.visit("/account").sees("Phiên này")
        rows = person.page.locator("tr", has_text="Chrome")
        assert rows.count() >= 2, f"{rows.count()} sessions"
        person.press("Kết thúc mọi phiên khác")
        elsewhere.page.goto("/me")
        assert "/login" in elsewhere.page.url, "an ended session lives"
    assert person.visit("/account").page.locator("tr", has_text="Chrome").count() == 1, "ended sessions are listed"


@journey("D21 the administrator sees with a clerk's eyes, changes nothing, and it is written down", role="administrator")
def view_as(person):
    person.visit("/view-as?q=demo.vanthu")
    person.press("Xem bằng vai này").sees("Đang xem bằng vai của Tòng Thị Sim: chỉ được xem, không được sửa.")
    pupil = f"/students/{person.world.sample['studentId']}"
    person.visit(pupil).sees("Đang xem bằng vai")
    assert person.page.get_by_role("link", name="Sửa hồ sơ").count() == 0, "an edit is offered to one who only looks"
    refused = person.page.evaluate("""async path => {
        const csrf = document.querySelector('[name=csrf]').value;
        return (await fetch(path + '/edit', {method: 'POST', body: new URLSearchParams({csrf, version: 1, note: 'lén'})})).status }""", pupil)
    assert refused in (403, 409), f"a change through other eyes answered {refused}"
    person.findings = [finding for finding in person.findings if "403 for" not in finding]
    person.page.get_by_role("button", name="Trở lại").or_(person.page.locator("form[action='/view-as/end'] button")).first.click()
    person.page.wait_for_load_state("load")
    person.sees("Bạn đang dùng lại vai của mình")
    person.visit(pupil).misses("lén")
    rows = person.visit("/audit", look=False).page.locator("main tbody tr", has_text="bằng vai").all_inner_texts()
    assert any("Trần Quang Thành" in row and "Tòng Thị Sim" in row for row in rows), f"not written down: {rows}"


@journey("D21 who can see a pupil: the guardian and the homeroom teacher are named, another class's teacher is not",
         role="clerk", widths=(1280,))
def viewers(person):
    person.visit(f"/students/{person.world.sample['studentId']}").follow("Ai xem được hồ sơ này")
    person.sees("Nguyễn Thị Diễm", "Vàng U Quỳnh", "là con", "Lớp 6A").misses("Nguyễn Tuấn Anh")


def pupil_of(person, place):
    """A pupil of the homeroom teacher's own class, by the place in its list."""
    return person.visit("/students?sort=code", look=False).pupils()[-place]
