"""A stranger's HTML in the demo's mailbox: shown, and powerless."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from config.mailbox import store
from tests.runtime import urls

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = """<h1 style="color:rgb(1, 2, 3)">Gewonnen!</h1>
<script>top.document.title = "übernommen"; fetch("http://127.0.0.1:9/script")</script>
<img src="http://127.0.0.1:9/pixel.png" onerror="top.document.title = 'übernommen'">
<link rel="stylesheet" href="http://127.0.0.1:9/style.css">
<meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/away">
<a href="/health/">Weiter</a>"""


@pytest.fixture
def key(settings: Settings, tmp_path: Path) -> str:
    settings.MAILBOX_DIR = str(tmp_path)
    settings.ROOT_URLCONF = urls.__name__
    message = EmailMessage()
    message["Subject"] = "Gewonnen"
    message.set_content("Gewonnen!")
    message.add_alternative(HOSTILE, subtype="html")
    return store.keep(tmp_path, message.as_bytes())


def test_a_hostile_mail_runs_no_script_loads_nothing_and_stays_in_its_frame(page: Page, key: str) -> None:
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))

    page.goto(f"/mailbox/{key}/")
    frame = page.frame_locator("iframe")
    heading = frame.get_by_role("heading", name="Gewonnen!")
    # Its own style is all it may have.
    assert heading.evaluate("heading => getComputedStyle(heading).color") == "rgb(1, 2, 3)"
    page.wait_for_load_state("networkidle")

    assert page.title().startswith("Gewonnen")
    assert page.url.endswith(f"/mailbox/{key}/")
    assert [url for url in asked if ":9/" in url] == []
    # What the browser forbade, it says in the console; the fixture takes any such line for a mistake.
    said: list[str] = page.problems  # type: ignore[attr-defined]
    assert said != []
    said.clear()


def test_a_link_in_a_mail_opens_beside_it_as_an_ordinary_page(page: Page, key: str) -> None:
    page.goto(f"/mailbox/{key}/")
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Weiter").press("Enter")

    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/health/")
    page.problems.clear()  # type: ignore[attr-defined]
