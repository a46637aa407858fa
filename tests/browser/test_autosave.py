"""Nothing typed is ever lost: the network is cut, two people type, the sign-in ends."""

import time
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.evening import (
    CUT_SECONDS,
    an_evening,
    desk_path,
    drafts,
    forgive,
    item_path,
    nothing_is_kept,
    part,
    problem,
    wait_until_saved,
)
from tests.browser.looking import PHONE, findings, look_at, sign_in
from tests.browser.test_signed_out import sign_in_in_a_new_window, with_password
from workshops.models import AgendaItem, Minutes
from workshops.operations import minutes, writers

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(autouse=True)
def _soon(settings: object) -> None:
    """Saves a second after the last key."""
    settings.AUTOSAVE_SECONDS = 1  # type: ignore[attr-defined]


def texts(item: AgendaItem) -> tuple[str, str, str]:
    item.refresh_from_db()
    return item.text, item.points, item.agreements


def test_what_is_typed_is_saved_without_a_button(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    part(page, item).press_sequentially("- Viele Ideen ")
    part(page, item, "Vereinbarungen").press_sequentially("Amina fragt")
    wait_until_saved(page, item)
    assert texts(item) == ("- Viele Ideen", "", "Amina fragt")
    assert item.edited_by == people.murat
    # The space that was typed last is still there, and the cursor too.
    assert part(page, item).input_value() == "- Viele Ideen "
    # Saving by the button meets no text of its own.
    part(page, item).press_sequentially("und mehr")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    assert texts(item) == ("- Viele Ideen und mehr", "", "Amina fragt")
    nothing_is_kept(page)
    # And answers, though the page has saved everything by itself before.
    part(page, item).press_sequentially(" davon")
    wait_until_saved(page, item)
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()


def test_with_the_network_cut_typing_goes_on_and_is_reconciled(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item), width=PHONE)
    part(page, item).press_sequentially("Davor. ")
    wait_until_saved(page, item)
    page.context.set_offline(True)
    ends = time.monotonic() + CUT_SECONDS
    typed = ""
    while time.monotonic() < ends:
        part(page, item).press_sequentially("Wort ", delay=40)
        typed += "Wort "
    problem(page, "Keine Verbindung: Ihr Text bleibt in diesem Browser")
    assert len(drafts(page)) == 1
    # Somebody else writes in another part meanwhile.
    minutes.save_item(item, points="Sabines Ergebnis", seen_version=item.version, by=people.sabine)
    page.context.set_offline(False)
    wait_until_saved(page, item)
    assert texts(item) == (f"Davor. {typed}".rstrip(), "Sabines Ergebnis", "")
    assert part(page, item, "Ergebnisse").input_value() == "Sabines Ergebnis"
    assert page.locator("[data-problem]").is_hidden()
    forgive(page)
    assert findings(page) == []


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    lost = 0

    def lose(route: object) -> None:
        nonlocal lost
        lost += 1
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/autosave/", lose)
    part(page, item).press_sequentially("Eins ")
    problem(page, "Keine Verbindung")
    part(page, item).press_sequentially("zwei ")
    page.wait_for_timeout(3000)
    assert lost >= 2
    page.unroute("**/autosave/")
    part(page, item).press_sequentially("drei")
    wait_until_saved(page, item)
    assert texts(item)[0] == "Eins zwei drei"
    page.problems.clear()  # type: ignore[attr-defined]


def test_two_on_the_same_item_see_each_other_and_both_texts(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    writers.note(item, by=people.sabine)
    look_at(page, item_path(item))
    page.get_by_text("Auch Sabine Keller hat diesen Punkt offen.").wait_for()
    minutes.save_item(item, text="Sabines Zeile", seen_version=0, by=people.sabine)
    part(page, item).fill("Murats Zeile")
    part(page, item, "Ergebnisse").fill("Murats Ergebnis")
    problem(page, "Sie beide haben denselben Teil geändert.")
    assert page.locator("[data-theirs]").inner_text() == "Sabines Zeile"
    assert part(page, item).input_value() == "Murats Zeile"
    forgive(page)
    assert findings(page) == []
    # The other part isn't held up by it.
    expect(page.locator("p[data-others]")).to_have_text("Auch Sabine Keller hat diesen Punkt offen.")
    page.wait_for_timeout(2500)
    assert texts(item) == ("Sabines Zeile", "Murats Ergebnis", "")
    page.get_by_role("button", name="Beide zusammenführen").click()
    wait_until_saved(page, item)
    assert texts(item) == ("Sabines Zeile\nMurats Zeile", "Murats Ergebnis", "")
    assert [version.saved_by for version in item.versions.all()] == [
        people.sabine,
        people.murat,
        people.murat,
    ]


def test_two_on_different_items_never_disturb_each_other(page: "Page") -> None:
    people, item, other = an_evening()
    sign_in(page, people.murat)
    look_at(page, desk_path(item))
    part(page, item).press_sequentially("Murat ", delay=30)
    minutes.save_item(other, text="Sabine schreibt", seen_version=0, by=people.sabine)
    part(page, item).press_sequentially("schreibt", delay=30)
    minutes.save_item(other, text="Sabine schreibt weiter", seen_version=1, by=people.sabine)
    wait_until_saved(page, item)
    assert (texts(item)[0], texts(other)[0]) == ("Murat schreibt", "Sabine schreibt weiter")
    assert page.locator("[data-problem]:visible").count() == 0
    # Whoever goes to the other item finds what stands there now.
    page.locator(f"details:has(> #item-{other.pk}) > summary").click()
    part(page, other).focus()
    expect(part(page, other)).to_have_value("Sabine schreibt weiter")
    part(page, other).press("Control+End")
    part(page, other).press_sequentially(", Murat auch")
    wait_until_saved(page, other)
    assert texts(other)[0] == "Sabine schreibt weiter, Murat auch"


def test_a_sign_in_that_ended_is_renewed_beside_and_goes_on_by_itself(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, with_password(people.murat))
    look_at(page, item_path(item))
    part(page, item).press_sequentially("Davor. ")
    wait_until_saved(page, item)
    Session.objects.all().delete()
    part(page, item).press_sequentially("Danach.")
    problem(page, "Sie sind nicht mehr angemeldet. Ihr Text bleibt in diesem Browser.")
    assert len(drafts(page)) == 1
    sign_in_in_a_new_window(page, people.murat)
    wait_until_saved(page, item)
    assert texts(item)[0] == "Davor. Danach."
    assert part(page, item).input_value() == "Davor. Danach."
    forgive(page)


def test_somebody_elses_sign_in_doesnt_sign_my_words(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    sign_in(page, people.sabine)
    part(page, item).press_sequentially("Murats Worte")
    problem(page, "inzwischen jemand anderes angemeldet")
    assert texts(item)[0] == ""
    sign_in(page, people.murat)
    wait_until_saved(page, item)
    assert (texts(item)[0], item.edited_by) == ("Murats Worte", people.murat)
    forgive(page)


def test_what_comes_after_publication_is_said_and_stays_in_the_field(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    now = timezone.now()
    Minutes.objects.create(
        workshop=item.workshop, status="published", published_at=now, published_by=people.sabine
    )
    part(page, item).press_sequentially("Zu spät")
    problem(page, "Das Protokoll ist veröffentlicht")
    assert part(page, item).input_value() == "Zu spät"
    assert texts(item)[0] == ""
    forgive(page)


def test_signing_out_saves_first_and_empties_the_browser(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    part(page, item).fill("Bis zuletzt")
    assert len(drafts(page)) == 1
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/integrationsplan/")
    assert texts(item)[0] == "Bis zuletzt"
    nothing_is_kept(page)
