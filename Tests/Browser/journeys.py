"""What people come for, from end to end. A journey that proves a row of docs/features.md carries its id in its name."""
import re

from person import Wrong
from world import journey

VIETNAMESE = re.compile("[ăđơưạ-ỹ]", re.I)


@journey("a stranger is asked to sign in and finds nothing else")
def stranger(person):
    person.visit("/login").sees("Đăng nhập")
    person.page.goto("/me")
    assert "/login" in person.page.url, f"a stranger is on {person.path()}"


@journey("a wrong password is refused in plain words, and the name stays typed")
def wrong_password(person):
    person.visit("/login").fill("username", "khong-co-ai").fill("password", "sai-mat-khau").press("Đăng nhập")
    assert person.page.input_value("[name=username]") == "khong-co-ai", "the name is gone"


@journey("SYS-10 by keyboard alone: sign in, skip to the content, search, open a pupil; the focus is seen", widths=(1280,))
def keyboard(person):
    account = person.world.account("clerk")
    person.visit("/login")
    reach(person, "[name=username]")
    person.page.keyboard.type(account["username"])
    reach(person, "[name=password]")
    person.page.keyboard.type(account["password"])
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/me")
    person.page.keyboard.press("Tab")
    assert "skip" in person.page.evaluate("document.activeElement.className"), "the first stop is not the way to the content"
    assert person.page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "the skip link is not seen"
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.querySelector('main').contains(document.activeElement)"), "skipping skips nothing"
    for _ in range(12):
        person.page.keyboard.press("Tab")
        seen(person)
    person.page.keyboard.press("/")
    assert person.page.evaluate("document.activeElement.name") == "q", "the slash does not reach the search"
    person.page.keyboard.type("phung mui pham")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/search**")
    reach(person, "main a[href^='/students/']")
    person.page.keyboard.press("Enter")
    person.sees("Thông tin chính", "HS")
    person.visit("/students")
    person.page.keyboard.press("j")
    person.page.keyboard.press("j")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url(lambda url: "/students/" in url)
    person.visit("/me")
    reach(person, "summary")
    person.page.keyboard.press("Enter")
    assert person.page.locator("details.menu[open]").count() == 1, "a menu does not open by keyboard"
    person.page.keyboard.press("Escape")
    assert person.page.locator("details.menu[open]").count() == 0, "a menu does not close by Escape"


@journey("the language switch turns the menu and the frame to English, and back", role="clerk")
def language(person):
    person.visit("/me").page.locator("summary[aria-label^='Tài khoản']").click()
    person.press("English")
    assert person.page.get_attribute("html", "lang") == "en", "the page does not say that it is English"
    for path in ("/me", "/students", "/classes", "/accounts", "/imports", "/imports/new", "/slips", "/account"):
        person.visit(path)
        left = [words for words in person.page.locator("nav, h1, thead, main button, main label, summary .visually-hidden").all_inner_texts()
                if VIETNAMESE.search(words.replace("Tiếng Việt", ""))]
        left = [words for words in left if not re.search("Trường|Sim|^Chọn ", words)]
        if left:
            person.findings.append(f"{path}: Vietnamese left: {left[:5]}")
    person.page.locator("summary[aria-label^='Account']").click()
    person.press("Tiếng Việt").sees("Đăng xuất")


@journey("main pages in the dark are seen by axe", role="clerk", widths=(1280,), dark=True)
def dark_clerk(person):
    pupil = person.world.sample["studentId"]
    for path in ("/me", "/students?sex=female", f"/students/{pupil}", f"/students/{pupil}/edit", "/search?q=vang", "/imports/new",
                 f"/classes/{person.world.sample['classId']}", f"/orgs/{person.world.sample['schoolId']}"):
        person.visit(path)
    paper = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 200, f"the paper is not dark: {paper}"


@journey("SYS-02 the first visit is at most 60 KB and a later one 20 KB, all told", widths=(1280,))
def weight(person):
    clerk, sizes = person.world.account("clerk"), []
    person.page.on("requestfinished", lambda request: sizes.append((request.url, weigh(request))))
    person.visit("/login", look=False).fill("username", clerk["username"]).fill("password", clerk["password"])
    person.page.locator("main form button").first.click()
    person.page.wait_for_url("**/me")
    person.page.wait_for_load_state("networkidle")
    first, first_list = sum(size for _, size in sizes), list(sizes)
    assert first > 5_000, f"nothing was weighed: {first_list}"
    assert any(".css" in url for url, _ in first_list) and any(".js" in url for url, _ in first_list), f"{first_list}"
    if first > 60_000:
        raise Wrong(f"the first visit weighs {first} bytes: {first_list}")
    for path in ("/me", "/students", f"/students/{person.world.sample['studentId']}"):
        sizes.clear()
        person.visit(path, look=False).page.wait_for_load_state("networkidle")
        again = sum(size for _, size in sizes)
        if again > 20_000:
            raise Wrong(f"a later visit of {path} weighs {again} bytes: {sizes}")


def weigh(request):
    """The bytes over the wire; what came from the cache weighs nothing."""
    size = request.sizes()
    return size["responseBodySize"] + size["responseHeadersSize"] if size["responseHeadersSize"] > 0 else 0


def reach(person, selector, most=80):
    """Goes by Tab until the focus is on it."""
    for _ in range(most):
        if person.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        person.page.keyboard.press("Tab")
    raise Wrong(f"Tab does not reach {selector} on {person.path()}")


def seen(person):
    """The place of the focus is on the page and drawn."""
    drawn = person.page.evaluate("""() => {
        const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
        return [one.outerHTML.slice(0, 80), one === document.body || box.width > 0 && (
            style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none')] }""")
    if not drawn[1]:
        raise Wrong(f"the focus is not seen on {drawn[0]}")
