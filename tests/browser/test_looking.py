"""What a look at a page is for is found: each kind once, on a page that is wrong in just that."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import barriers, misnamed, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def a_page(content: str, *, title: str = "Seite", direction: str = "ltr") -> str:
    return (
        f"<!doctype html><html lang='de' dir='{direction}'><title>{title}</title>"
        f"<body style='margin:0'><main><h1>Seite</h1>{content}</main></body></html>"
    )


def test_a_button_that_no_finger_hits_is_found(page: "Page") -> None:
    small = "width:12px;height:12px;padding:0;border:0"
    page.set_content(
        a_page(f"<button style='{small}' aria-label='Auf'></button><button style='{small}' aria-label='Ab'>")
    )
    assert {line.split(": ")[1] for line in barriers(page)} == {"target-size"}


@pytest.mark.parametrize(("direction", "side"), [("ltr", "left"), ("rtl", "right")])
def test_what_lies_before_the_beginning_of_its_line_is_found(page: "Page", direction: str, side: str) -> None:
    outside = f"<p style='position:relative;{side}:-40px'>Fort</p>"
    scrolled = f"<div style='overflow-x:auto'>{outside}</div>"
    page.set_content(a_page(outside + scrolled, direction=direction))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [line.partition("screen: ")[2] for line in too_wide(page)] == [
        f'<p style="position:relative;{side}:-40px">Fort</p>'
    ]


def test_a_page_without_a_name_or_with_a_wrong_one_is_found(page: "Page") -> None:
    mistakes = "<div class='error-summary'>Bitte prüfen</div>"
    wrong = []
    for title, content in (
        ("Seite", ""),
        ("Fehler: Seite", mistakes),
        ("Seite", mistakes),
        ("Fehler: Seite", ""),
        ("Fehler: ", mistakes),
        (" – Prozess", ""),
    ):
        page.set_content(a_page(content, title=title))
        wrong.append(bool(misnamed(page)))
    assert wrong == [False, False, True, True, True, False]
