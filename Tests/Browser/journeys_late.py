"""Forms that come after their session was over."""
from world import journey


@journey("SYS-08 the session ends while a form is filled: after signing in what was typed is there and is sent on", role="clerk")
def expired(person):
    name, path = person.world.pupil()
    person.visit(f"{path}/edit").fill("note", "Chữ gõ trước khi hết phiên").fill("other_name", "Bé Ba")
    person.page.wait_for_timeout(400)
    with person.another("clerk") as elsewhere:
        elsewhere.visit("/account", look=False).press("Kết thúc mọi phiên khác")
    person.press("Lưu hồ sơ").sees("chưa được ghi")
    send_on(person, "Chữ gõ trước khi hết phiên")
    person.sees(f"Đã lưu hồ sơ {name}", "Chữ gõ trước khi hết phiên", "Bé Ba")
    person.visit(f"{path}/edit").misses("Khôi phục")


@journey("SYS-08 without JavaScript too the same post goes on after signing in", role="clerk", widths=(1280,), javascript=False)
def expired_plain(person):
    name, path = person.world.pupil()
    person.visit(f"{path}/edit").fill("note", "Không có JavaScript").context.clear_cookies(name="session")
    person.press("Lưu hồ sơ")
    send_on(person, "Không có JavaScript")
    person.sees(f"Đã lưu hồ sơ {name}", "Không có JavaScript")


@journey("SYS-08 another person who signs in at that browser sends nothing unasked and finds no draft", role="clerk", widths=(1280,))
def expired_other(person):
    _, path = person.world.pupil()
    person.visit(f"{path}/edit").fill("note", "Riêng của văn thư")
    person.page.wait_for_timeout(400)
    person.context.clear_cookies(name="session")
    person.press("Lưu hồ sơ")
    sign_in_here(person, "deputy")
    person.visit(path).misses("Riêng của văn thư").visit(f"{path}/edit")
    assert person.page.input_value("[name=note]") == "", "the deputy finds the clerk's draft"


def sign_in_here(person, role):
    """Signs in on the page that the answer to a late form is."""
    account = person.world.account(role)
    person.fill("username", account["username"]).fill("password", account["password"]).press("Đăng nhập")


def send_on(person, typed):
    """Signs in again where the session ended, sees what was typed, sends it."""
    sign_in_here(person, "clerk")
    person.sees(typed)
    sure = person.page.locator("[data-unsent] input[type=checkbox]")
    if sure.count():
        sure.check()
    person.press("Gửi tiếp")
