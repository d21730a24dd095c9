"""What people come for, from end to end. A journey that proves a row of docs/features.md carries its id in its name."""
from world import journey


@journey("a stranger is asked to sign in and finds nothing else")
def stranger(person):
    person.visit("/login").sees("Đăng nhập")
    person.page.goto("/me")
    assert "/login" in person.page.url, f"a stranger is on {person.path()}"


@journey("a wrong password is refused in plain words, and the name stays typed")
def wrong_password(person):
    person.visit("/login").fill("username", "khong-co-ai").fill("password", "sai-mat-khau").press("Đăng nhập")
    assert person.page.input_value("[name=username]") == "khong-co-ai", "the name is gone"


@journey("SYS-01 sign-in and home work with JavaScript off", role="clerk", widths=(1280,), javascript=False)
def without_javascript(person):
    person.visit("/me")
