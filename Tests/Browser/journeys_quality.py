"""Data quality: what is to be mended, who mends it, what is left as it is for a reason."""
from world import journey


@journey("EMI-09 a clerk has the school checked, mends a find in its form, waives another and takes it up again", role="clerk")
def worklist(person):
    person.visit("/quality").press("Kiểm tra lại").until("Kiểm tra gần nhất")
    person.follow("Việc cần sửa")
    person.visit("/quality/findings?rule=class-homeroom-twice").visit("/quality/findings?kind=student&rule=student-moet-code")
    before = person.count()
    name = person.page.locator("tbody th").first.inner_text().split("\n")[0].strip()
    person.page.locator("tbody th a").first.click()
    person.sees("Sửa hồ sơ").fill("moet_code", f"12000{person.width:05d}").press("Lưu hồ sơ").sees("Đã lưu hồ sơ")
    for _ in range(20):
        person.visit("/quality/findings?kind=student&rule=student-moet-code", look=False)
        if person.count() < before:
            break
        person.page.wait_for_timeout(500)
    assert person.count() == before - 1, f"{name} is still on the worklist: {person.count()} of {before}"
    waived = person.visit("/quality/findings?state=waived").page.locator("tbody tr").count()
    person.visit("/quality/findings?rule=student-moet-code")
    person.page.locator("input.pick").first.check()
    person.press("Bỏ qua có lý do").sees("Người kiểm tra sau sẽ đọc lý do này")
    person.fill("reason", "Đang chờ Bộ cấp mã").press("Bỏ qua có lý do").sees("Đã bỏ qua 1 việc")
    person.visit("/quality/findings?state=waived").sees("Đang chờ Bộ cấp mã")
    person.page.locator("input.pick").first.check()
    person.press("Đưa lại vào việc cần sửa").sees("Đã đưa 1 mục lại")
    assert person.visit("/quality/findings?state=waived").page.locator("tbody tr").count() == waived


@journey("EMI-09 without JavaScript the worklist is filtered, printed and waived all the same", role="principal", javascript=False, widths=(360,))
def plain(person):
    person.visit("/quality").press("Kiểm tra lại")
    for _ in range(40):
        person.visit("/quality", look=False)
        if "Kiểm tra gần nhất" in person.text():
            break
        person.page.wait_for_timeout(500)
    person.visit("/quality/findings").choose("kind", "student").press("Lọc").sees("Loại hồ sơ")
    person.page.locator("input.pick").first.check()
    person.press("Bỏ qua có lý do").fill("reason", "Hiệu trưởng xem xét").press("Bỏ qua có lý do").sees("Đã bỏ qua 1 việc")
    person.visit("/quality/findings/print?kind=student").sees("Việc cần sửa trong dữ liệu")


@journey("EMI-09 an officer of the department sees shares of all units and goes down to a school", role="department")
def shares(person):
    person.visit("/quality").press("Kiểm tra lại").until("Kiểm tra gần nhất")
    person.sees("Hồ sơ học sinh không lỗi", "Tỷ lệ hồ sơ học sinh không lỗi theo đơn vị")
    person.page.locator(".tile a").first.click()
    person.sees("Chất lượng dữ liệu").look()
    person.visit("/quality/rules").sees("Căn cứ" if person.width > 640 else "Cách sửa")
