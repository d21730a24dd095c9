"""The rights of the person: all that is held, who has read it, requests and their answers."""
import io
import json
import zipfile

from world import journey


@journey("L1 a parent takes all that is held on the child, sees who has read it, and sends a request that the school answers", role="guardian")
def rights(person):
    child = person.visit("/me").page.locator("main a[href^='/students/']").first.get_attribute("href")
    person.visit(child).follow("Quyền với dữ liệu").sees("Mọi dữ liệu đang giữ", "Ai đã xem")
    person.press("Lập tệp dữ liệu").until("Tải du-lieu-")
    archive = zipfile.ZipFile(io.BytesIO(person.download("Tải du-lieu-")))
    assert sorted(archive.namelist()) == ["ho-so.html", "ho-so.json"], archive.namelist()
    told = json.loads(archive.read("ho-so.json"))
    assert told["kind"] == "student" and any(part["table"] == "registry_enrolment" and part["records"] for part in told["parts"])
    person.visit(f"{child}/rights/readers").sees("Cha mẹ học sinh", "Ghi theo vai trò và đơn vị")
    words = f"Ngày sinh của cháu sai {person.width}"
    person.visit(f"{child}/rights").tick_value("kind", "correct").fill("words", words).press("Gửi yêu cầu").sees("Đã gửi yêu cầu", "Mới gửi")
    with person.another(role="administrator") as officer:
        officer.visit("/rights").page.locator("tbody th a").last.click()
        officer.sees(words).tick_value("state", "done").fill("answer", "Đã sửa theo giấy khai sinh").press("Ghi trả lời").sees("Đã ghi")
    person.visit(f"{child}/rights").sees("Đã làm xong", "Đã sửa theo giấy khai sinh")


@journey("L1 without JavaScript the archive is made all the same", role="guardian", javascript=False, widths=(360,))
def plain(person):
    child = person.visit("/me").page.locator("main a[href^='/students/']").first.get_attribute("href")
    person.visit(f"{child}/rights").press("Lập tệp dữ liệu")
    for _ in range(40):
        if "Tải du-lieu-" in person.text():
            break
        person.page.wait_for_timeout(500)
        person.page.reload()
    assert len(person.download("Tải du-lieu-")) > 500
