"""The browser is killed while the network is cut: what was typed is there again when it is opened anew."""

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.browser.evening import an_evening, drafts, item_path, nothing_is_kept, part, wait_until_saved
from tests.browser.looking import sign_in
from tests.conftest import CHROMIUM
from tests.servers import wait_until
from workshops.models import User
from workshops.operations import minutes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def opened(chromium: "Browser", profile: Path, server: LiveServer, user: User) -> "BrowserContext":
    """A browser of its own with a profile that outlives it."""
    context = chromium.browser_type.launch_persistent_context(
        str(profile),
        executable_path=str(CHROMIUM),
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        base_url=server.url,
        locale="de-DE",
    )
    sign_in(context.pages[0], user)
    return context


def kill(profile: Path) -> None:
    """Each process of the browser with this profile, as a crash or an empty battery would."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"--user-data-dir={profile}" in line:
                os.kill(int(entry.name), signal.SIGKILL)


def wait_until_kept(page: "Page", words: str) -> None:
    """The page has written them down, and the browser has had a moment to hear of it."""
    kept = "words => Object.values(localStorage).some(value => value.includes(words))"
    wait_until(lambda: bool(page.evaluate(kept, words)), what=f"“{words}” is kept")
    time.sleep(1)


def test_a_killed_browser_has_everything_again(
    chromium: "Browser", live_server: LiveServer, tmp_path: Path
) -> None:
    people, item, _other = an_evening()
    profile = tmp_path / "profile"
    context = opened(chromium, profile, live_server, people.murat)
    page = context.pages[0]
    page.goto(item_path(item))
    part(page, item).press_sequentially("Gespeichert. ")
    wait_until_saved(page, item)
    context.set_offline(True)
    part(page, item).press_sequentially("Ohne Netz.")
    page.get_by_label("Titel").fill("Halb getippt")
    wait_until_kept(page, "Halb getippt")
    kill(profile)
    again = opened(chromium, profile, live_server, people.murat)
    page = again.pages[0]
    page.goto(item_path(item))
    page.get_by_text("Hier steht wieder, was in diesem Browser noch nicht gespeichert war.").wait_for()
    assert part(page, item).input_value() == "Gespeichert. Ohne Netz."
    assert page.get_by_label("Titel").input_value() == "Halb getippt"
    page.get_by_label("Titel").fill("")
    wait_until_saved(page, item)
    item.refresh_from_db()
    assert item.text == "Gespeichert. Ohne Netz."
    nothing_is_kept(page)
    again.close()


def test_what_was_put_together_of_two_versions_is_there_again(
    chromium: "Browser", live_server: LiveServer, tmp_path: Path
) -> None:
    people, item, _other = an_evening()
    profile = tmp_path / "profile"
    context = opened(chromium, profile, live_server, people.murat)
    page = context.pages[0]
    page.goto(item_path(item))
    part(page, item).fill("Murats Zeile")
    page.get_by_label("Titel").fill("Kurse am Abend")
    minutes.save_item(item, text="Sabines Zeile", seen_version=0, by=people.sabine)
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Nichts ist verloren").wait_for()
    page.get_by_label("Diskussion").fill("Sabines Zeile\nMurats Zeile\nlange zusammengeführt")
    wait_until_kept(page, "lange zusammengef")
    context.set_offline(True)
    page.get_by_role("button", name="Diesen Text speichern").click()
    time.sleep(0.5)
    kill(profile)
    again = opened(chromium, profile, live_server, people.murat)
    page = again.pages[0]
    page.goto(item_path(item))
    page.get_by_text("Hier steht wieder, was in diesem Browser noch nicht gespeichert war.").wait_for()
    assert part(page, item).input_value() == "Sabines Zeile\nMurats Zeile\nlange zusammengeführt"
    # The measure had been captured before the text was refused.
    assert page.get_by_label("Titel").input_value() == ""
    wait_until_saved(page, item)
    item.refresh_from_db()
    assert item.text == "Sabines Zeile\nMurats Zeile\nlange zusammengeführt"
    assert [proposal.title for proposal in item.proposed_measures.all()] == ["Kurse am Abend"]
    nothing_is_kept(page)
    again.close()


def test_two_versions_that_were_put_together_leave_nothing_behind_once_saved(
    chromium: "Browser", live_server: LiveServer, tmp_path: Path
) -> None:
    people, item, _other = an_evening()
    context = opened(chromium, tmp_path / "profile", live_server, people.murat)
    page = context.pages[0]
    page.goto(item_path(item))
    part(page, item).fill("Murats Zeile")
    minutes.save_item(item, text="Sabines Zeile", seen_version=0, by=people.sabine)
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Nichts ist verloren").wait_for()
    page.get_by_label("Diskussion").fill("Beide Zeilen")
    assert len(drafts(page)) == 1
    page.get_by_role("button", name="Diesen Text speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    nothing_is_kept(page)
    assert page.locator("[data-restored]").is_hidden()
    context.close()
