"""What the HTML of a mail may do while a page shows it in a frame: be styled as it is, and nothing else."""

import base64
import hashlib
from html.parser import HTMLParser

# A header has its limits. A mail with more different styles than this is shown without them.
MOST_STYLES = 100


class _Styles(HTMLParser):
    """Collects what a browser will want to apply: `style` attributes and `<style>` elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        for name, value in attrs:
            if name == "style" and value:
                self.found[value] = None

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        if self._is_style:
            self.found[data] = None


def policy(html: str, *, opens_links: bool = False) -> str:
    """A Content-Security-Policy that allows exactly the styles which stand in this HTML, by their hashes.

    No script, no picture or font from elsewhere, no form, and a sandbox around it (CSP level 3, section
    8.3 for hashes of attributes). Mail programs know no style sheets, so mails carry their styles inline.
    """
    styles = _Styles()
    styles.feed(html)
    styles.close()
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
        for style in styles.found
    ]
    allowed = ["'unsafe-hashes'", *hashes] if 0 < len(hashes) <= MOST_STYLES else ["'none'"]
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(allowed)}",
            "img-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-popups allow-popups-to-escape-sandbox" if opens_links else "sandbox",
        )
    )
