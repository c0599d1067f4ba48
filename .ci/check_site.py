"""The built site: every link leads somewhere, and nothing is fetched from outside of its folder.

    python .ci/check_site.py docs/_build
"""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}

LINKED = ("canonical", "author", "index", "search", "next", "prev")    # <link>s that fetch nothing


class Page(HTMLParser):
    """links: [(where to, is it fetched?)]; names: what a # may lead to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        fetched = FETCHED.get(tag)
        if fetched and given.get(fetched) and given.get("rel") not in LINKED:
            self.links.append((given[fetched], True))
        elif tag == "a" and given.get("href"):
            self.links.append((given["href"], False))


def faults(root):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in root.rglob("*.html")}
    for path, page in pages.items():
        for link, fetched in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data") or parts.netloc:
                if fetched and parts.scheme != "data":
                    yield f"{path.relative_to(root)} fetches {link}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{path.relative_to(root)}: {link} leads nowhere"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names:
                yield f"{path.relative_to(root)}: {link} names no place on that page"


def main():
    root = Path(sys.argv[1]).resolve()
    found = sorted(set(faults(root)))
    count = len(list(root.rglob("*.html")))
    print(*found or [f"{count} pages, every link leads somewhere, nothing is fetched from outside"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
