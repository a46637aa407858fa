"""No mail is wider than a phone: the long addresses of personal links break."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.looking import SMALL

GOLDEN = Path(__file__).parents[1] / "notifications" / "golden"

# Beside a live server, as all tests of the browser are.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_no_mail_is_wider_than_a_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": SMALL, "height": 640})
    too_wide, seen = {}, 0
    for golden in sorted(GOLDEN.glob(f"*.{language}.txt")):
        html = re.search(r"<!doctype html>.*?</html>", golden.read_text(), re.DOTALL)
        if html is None:
            continue
        page.set_content(html[0])
        seen += 1
        # The page of an Arabic mail reaches out to the left: as wide as what can be scrolled to.
        if (width := page.evaluate("document.documentElement.scrollWidth")) > SMALL:
            too_wide[golden.name] = width
    assert too_wide == {}
    assert seen > 20
