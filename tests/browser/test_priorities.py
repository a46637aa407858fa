"""Points in a browser: a citizen with an Arabic telephone gives and changes them, a moderator notes hands."""

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in, walk_by_keyboard
from tests.workshops.priorities.evenings import Evening, an_evening
from workshops import links
from workshops.links import Scope
from workshops.models import ProposedMeasure, Registration
from workshops.operations import priorities, proposals

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def path_of(registration: Registration) -> str:
    token = links.token_of(links.make(registration.participant, Scope.CONTRIBUTE))
    return f"/contribute/{token}/{registration.workshop_id}/priorities/"


def a_long_evening() -> Evening:
    """With a title as long as one can be, words in it, and one in Arabic."""
    evening = an_evening()
    ProposedMeasure.objects.filter(pk=evening.mentors.pk).update(
        title="Sprachpatinnen und Sprachpaten, die einmal in der Woche für eine Stunde im Café am Marktplatz "
        "mit Menschen sprechen, die gerade erst Deutsch lernen",
        description="Ohne Anmeldung, **kostenlos**.\n\n- dienstags\n- donnerstags",
    )
    ProposedMeasure.objects.filter(pk=evening.playground.pk).update(title="ملعب للأطفال في وسط المدينة")
    return evening


def shoot(page: "Page", name: str) -> None:
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/{name}.png", full_page=True)


def save(page: "Page") -> None:
    with page.expect_navigation():
        page.locator("form.form button[type=submit]").click()
    page.locator(".alert--success").wait_for()


def counter(page: "Page") -> str:
    return page.locator("#counter").inner_text().split()[-1]


def test_a_citizen_gives_changes_and_sees_the_end(page: "Page") -> None:
    evening = a_long_evening()
    evening.open_()
    look_at(page, path_of(evening.amina), language="ar", width=PHONE)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert counter(page) == "5"
    more, fewer = page.locator("[data-step='1']"), page.locator("[data-step='-1']")
    fields = page.locator("input[type=number]")
    for _press in range(3):
        more.nth(1).click()
    fields.nth(0).fill("2")
    assert counter(page) == "0"
    # Nothing is left: pressing on does nothing, and the button keeps the focus.
    more.nth(2).click(force=True)
    assert fields.evaluate_all("all => all.map(each => each.value)") == ["2", "3", "0"]
    assert more.nth(2).get_attribute("aria-disabled") == "true"
    assert findings(page) == []
    shoot(page, "citizen-ar-360")
    save(page)
    assert list(evening.given().values()) == [2, 3]
    fewer.nth(1).click()
    more.nth(2).click()
    save(page)
    assert list(evening.given().values()) == [2, 2, 1]
    # Too many: the counter says so at once, the page keeps them and puts the sentence on top.
    fields.nth(0).fill("5")
    assert page.locator("[data-over]").is_visible()
    assert not page.locator("[data-left]").is_visible()
    page.locator("form.form button[type=submit]").click()
    page.locator(".error-summary").wait_for()
    assert fields.evaluate_all("all => all.map(each => each.value)") == ["5", "2", "1"]
    assert findings(page) == []
    priorities.close(evening.workshop, by=evening.cast.murat)
    page.locator("form.form button[type=submit]").click()
    page.locator("#typed").wait_for()
    assert findings(page) == []
    shoot(page, "citizen-closed-ar-360")
    assert list(evening.given().values()) == [2, 2, 1]


def test_without_a_script_and_by_keyboard_only_points_are_given(page: "Page") -> None:
    evening = a_long_evening()
    evening.open_()
    context = page.context.browser.new_context(  # type: ignore[union-attr]
        base_url=page.request.get("/health/").url.removesuffix("/health/"),
        locale="de-DE",
        java_script_enabled=False,
    )
    plain = context.new_page()
    plain.goto(path_of(evening.amina))
    assert plain.locator("[data-step]:visible").count() == 0
    plain.locator("input[type=number]").nth(1).fill("4")
    plain.keyboard.press("Enter")
    plain.get_by_text("Ihre Punkte sind gespeichert.").wait_for()
    assert evening.given() == {"Kurse am Abend": 4}
    context.close()
    look_at(page, path_of(evening.amina), width=PHONE)
    stops = walk_by_keyboard(page)
    assert [stop.name for stop in stops if not stop.focus_is_visible] == []
    names = [" ".join(stop.name.split()) for stop in stops]
    assert "+ Ein Punkt mehr: Kurse am Abend" in names
    assert "Kurse am Abend" in names
    shoot(page, "citizen-de-360")
    look_at(page, path_of(evening.amina), width=DESK)
    shoot(page, "citizen-de-1280")
    look_at(page, path_of(evening.amina), language="en", width=PHONE)
    shoot(page, "citizen-en-360")


def test_the_join_page_leads_to_the_points(page: "Page") -> None:
    evening = a_long_evening()
    evening.open_()
    link = links.make(evening.cast.amina, Scope.JOIN, registration=evening.amina)
    look_at(page, f"/join/{links.token_of(link)}/", width=PHONE)
    shoot(page, "join-de-360")
    page.get_by_role("button", name="Punkte verteilen").click()
    page.get_by_role("heading", name="Was ist Ihnen am wichtigsten?").wait_for()
    assert findings(page) == []


@pytest.mark.parametrize(("language", "width"), [("de", PHONE), ("de", DESK), ("ar", PHONE), ("ar", DESK)])
def test_a_moderator_opens_notes_hands_and_reads_the_result(page: "Page", language: str, width: int) -> None:
    evening = a_long_evening()
    here = f"/moderation/{evening.workshop.pk}/priorities/"
    sign_in(page, evening.cast.murat)
    look_at(page, here, language=language, width=width)
    assert findings(page) == []
    shoot(page, f"moderator-before-{language}-{width}")
    page.locator("main form button[type=submit]").first.click()
    page.locator("#hands").wait_for()
    assert findings(page) == []
    before = page.locator("#result p").inner_text()
    for _each in range(5):
        evening.somebody(courses=2, mentors=3)
    # The open page finds out by itself, and a number that is being typed stays.
    page.locator("input[name^=hands-]").nth(1).fill("7")
    page.wait_for_function("before => document.querySelector('#result p').innerText !== before", arg=before)
    assert page.locator("#result .chart__bar").count() == 0  # sums only once it is closed
    page.locator("form[action$='/hands/'] button").click()
    page.locator(".alert--success").wait_for()
    page.locator("#result .chart__bar").first.wait_for(state="attached")
    assert evening.kept()[1][2] == 7
    assert findings(page) == []
    shoot(page, f"moderator-open-{language}-{width}")
    proposals.merge(evening.playground, into=evening.courses, by=evening.cast.sabine)
    evening.publish()
    look_at(page, here, language=language, width=width)
    assert findings(page) == []
    shoot(page, f"moderator-frozen-{language}-{width}")
    slug = evening.workshop.field.slug
    look_at(
        page, f"/integrationsplan/{slug}/{evening.workshop.number}/minutes/", language=language, width=width
    )
    assert findings(page) == []
    shoot(page, f"public-{language}-{width}")
