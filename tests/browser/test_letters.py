"""Which letters a browser really fetches: those of the reader's own language, and no others."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import town
from tests.browser.looking import DESK, PHONE, look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

# The Latin ones hold digits and signs, and the names that are the same in every language.
FACES = {
    "de": {"fira-latin"},
    "en": {"fira-latin"},
    "de-simple": {"fira-latin"},
    "ar": {"fira-latin", "noto-arabic"},
    "ro": {"fira-latin", "fira-latin-ext"},
    "uk": {"fira-latin", "fira-cyrillic"},
}
LIMIT = 60 * 1024


@pytest.mark.parametrize("language", FACES)
def test_a_reader_loads_the_letters_of_the_own_language_only(page: "Page", language: str) -> None:
    """The frame of every page names languages in other scripts; German readers load at most 60 KB."""
    town.in_full_swing()
    fetched: dict[str, int] = {}

    def note(response: "Response") -> None:
        if response.url.endswith(".woff2"):
            fetched[response.url.rpartition("/")[2].partition(".")[0]] = len(response.body())

    page.on("response", note)
    for width in (PHONE, DESK):
        for path in ("", "register/", "calendar/", "bildung-und-sprache/"):
            look_at(page, f"/integrationsplan/{path}", language=language, width=width)
            page.evaluate("document.fonts.ready.then(() => null)")
    assert {name.rpartition("-")[0] for name in fetched} == FACES[language]
    if FACES[language] == {"fira-latin"}:
        assert 0 < sum(fetched.values()) <= LIMIT
