"""Connected systems: another program reads the roster with a secret made on screen."""
import oneroster
from world import journey


def made(person, name, unit=None):
    """Makes a connected system on screen; answers its id and secret."""
    person.visit("/consumers").follow("Thêm hệ thống").fill("name", name).fill("contact", "Anh Hà 0912 345 678")
    if unit:
        person.choose("org", {"label": unit})
    person.press("Tạo và lấy khóa").sees("chỉ hiện một lần")
    return person.finds("#client-id", 1).inner_text(), person.finds("#client-secret", 1).inner_text()


@journey("EMI-12 an administrator lets another program in, which reads the roster until it is shut out", role="administrator")
def connected(person):
    name = f"Học trực tuyến {person.width}"
    person.visit("/consumers/new").fill("name", name).fill("contact", "Anh Hà").fill("expires", "1/1/2020")
    person.press("Tạo và lấy khóa").sees("mục cần sửa", "không quá ba năm")
    client, secret = made(person, name)
    reader = oneroster.Reader(person.world.url, client, secret).take_token()
    users = reader.get("/users", limit=5)
    assert len(users[2]["users"]) == 5 and int(users[1]["X-Total-Count"]) > 100, users[1]
    assert reader.status("/demographics") == 403 and reader.status("/users/none") == 404
    person.visit("/consumers").fill("q", "truc tuyen").sees(name)
    person.visit(f"/consumers/{client}").sees("Lượt gọi 30 ngày qua").misses(secret)
    rows = person.finds("table:has-text('Lượt gọi') tbody tr").first.inner_text().split()
    assert rows[1:] == ["3", "1"], rows
    person.press("Tạm dừng").sees("Đã tạm dừng")
    assert reader.status("/orgs") == 401, "a paused system reads on"
    person.press("Cho dùng lại").sees("Đang dùng")
    reader.take_token()
    assert reader.status("/orgs") == 200
    person.follow("Cấp khóa bí mật mới").tick_value("overlap", "24").press("Cấp khóa bí mật mới").sees("chỉ hiện một lần")
    second = person.finds("#client-secret", 1).inner_text()
    for known in (secret, second):
        assert oneroster.Reader(person.world.url, client, known).take_token().status("/orgs") == 200
    person.follow("Đã chép xong").follow("Thu hồi").sees("không khôi phục được").press("Thu hồi").sees("Đã thu hồi")
    assert reader.status("/orgs") == 401, "a revoked system reads on"
    try:
        oneroster.Reader(person.world.url, client, second).take_token()
        raise AssertionError("a revoked system gets a token")
    except oneroster.Refused as refused:
        assert refused.status == 401 and "invalid_client" in refused.body
    person.visit("/audit?verb=identity.consumer").sees("Hệ thống kết nối")


@journey("EMI-12 what well-known readers insist on holds for the demo school", role="administrator", widths=(1280,))
def insisted(person):
    with person.another("homeroom") as teacher:
        own = teacher.visit("/me").page.locator("a[href^='/classes/']").first.get_attribute("href")
    person.visit(own).page.locator("main a[href^='/staff/']").first.click()
    person.look().follow("Sửa hồ sơ").fill("email", "chu.nhiem@example.org").press("Lưu hồ sơ").sees("Đã lưu hồ sơ")
    client, secret = made(person, "Kiểm tra OneRoster")
    found = oneroster.insist(oneroster.Reader(person.world.url, client, secret), "chu.nhiem@example.org")
    assert found["classes"] >= 1 and found["students"] > 10, found
