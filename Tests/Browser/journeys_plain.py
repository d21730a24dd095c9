"""Main screens with JavaScript off."""
from world import journey


@journey("SYS-01 without JavaScript a clerk finds, filters, edits and prints", role="clerk", javascript=False)
def plain_clerk(person):
    name, path = person.world.pupil()
    person.visit("/me").sees("Học sinh").visit("/students").fill("q", name.split()[-1])
    whole = person.count()
    person.choose("grade", "7").press("Lọc")
    person.page.wait_for_load_state("load")
    assert "grade=7" in person.page.url and person.count() < whole, f"{person.page.url}: {person.count()}"
    person.visit(path).follow("Sửa hồ sơ").fill("birth_date", "31/02/2014").fill("note", "gõ tay").press("Lưu hồ sơ")
    person.sees("Có 1 mục cần sửa").fill("birth_date", "7/3/2014").press("Lưu hồ sơ")
    person.sees("Đã lưu hồ sơ", "07/03/2014", "gõ tay").follow("Lịch sử thay đổi").sees("07/03/2014")
    person.visit("/search").page.locator("main [name=q]").fill(name)
    person.page.locator("main form button").first.click()
    person.page.wait_for_load_state("load")
    person.look().sees(name)
    person.visit(f"/classes/{person.world.sample['classId']}").sees("Sĩ số").visit("/prints/register").sees("Sổ đăng bộ")


@journey("SYS-01 without JavaScript a homeroom teacher reaches the class and its pupils", role="homeroom", javascript=False)
def plain_homeroom(person):
    person.visit("/me").follow("6A").sees("Sĩ số", "Phùng Mùi Pham")
    person.page.get_by_role("link", name="Phùng Mùi Pham").first.click()
    person.look().sees("Quá trình học").visit("/students").sees("27 học sinh").visit("/slips")


@journey("SYS-01 without JavaScript the department asks for the units of a day", role="department", javascript=False)
def plain_department(person):
    person.visit(f"/orgs/{person.world.sample['orgId']}").page.locator("summary", has_text="Lọc số liệu").click()
    person.fill("on", "30/05/2024").page.locator("main form:has([name=on]) button").first.click()
    person.page.wait_for_load_state("load")
    person.look().sees("Phòng Giáo dục và Đào tạo huyện Phong Thổ").visit("/imports/new").visit("/accounts?kind=student")


@journey("SYS-01 without JavaScript a guardian sees the child and the way out", role="guardian", javascript=False)
def plain_guardian(person):
    person.visit("/me").follow("Phùng Mùi Pham").sees("Thông tin chính", "Lớp 6A")
    person.visit("/account").sees("Phiên này").visit("/claim").sees("Mã trên phiếu")
    person.page.locator("summary[aria-label^='Tài khoản']").click()
    person.press("Đăng xuất")
    person.page.goto("/me")
    assert "/login" in person.page.url, "still signed in"
