"""The walk that every role takes: sign in, home, every link of the menu, and one page of each kind behind them."""
from urllib.parse import urldefrag, urljoin, urlsplit

from person import Wrong, shape_of

PAGES_A_ROLE = 40
FILES = (".csv", ".xlsx", ".zip", ".pdf", ".json", ".svg", ".png", ".ics")


def walk(person):
    """Visits the menu's pages and one page of each other shape that they link to."""
    person.sign_in()
    person.visit("/me")
    menu = links(person, "nav a[href]")
    if not menu:
        raise Wrong("the menu is empty")
    waiting, seen = [(path, True) for path in menu], {"/me"}
    queued = {shape_of(path) for path in menu}
    while waiting and len(seen) < PAGES_A_ROLE:
        path, from_menu = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        person.visit(path)
        if not from_menu:
            continue
        for further in links(person, "main a[href]"):
            if shape_of(further) not in queued:
                queued.add(shape_of(further))
                waiting.append((further, False))
    return len(seen)


def links(person, selector):
    """The pages that the page links to, in order, each once; files, anchors and the way out are none."""
    found = []
    for link in person.page.locator(selector).all():
        href, saves = link.get_attribute("href"), link.get_attribute("download")
        address = urlsplit(urljoin(person.page.url, urldefrag(href or "")[0]))
        path = address.path + (f"?{address.query}" if address.query else "")
        isPage = f"{address.scheme}://{address.netloc}" == person.world.url and not address.path.endswith(FILES)
        if isPage and saves is None and address.path not in ("/logout", "") and path not in found:
            found.append(path)
    return found
