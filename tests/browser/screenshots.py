"""The pictures of the README and of docs/: `python -m tests.browser.screenshots`.

Starts the demo with fresh data on a free port, looks at its main pages in Chromium and writes
docs/screenshots/<page>.png. Nothing is retouched: what the pictures show is what the demo shows.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM
from tests.runtime.houses import StartedHouse
from tests.servers import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "docs" / "screenshots"
PHONE, DESK = 390, 1280


@dataclass(frozen=True, slots=True)
class Shot:
    name: str
    path: str
    width: int = DESK
    height: int = 900
    role: str = ""


def shots(process: str) -> list[Shot]:
    staff = f"/staff{process}"
    return [
        Shot("process", process),
        Shot("process-ar-phone", f"/ar{process}", PHONE, 844),
        Shot("easy-language-phone", f"/de-simple{process}", PHONE, 844),
        Shot("calendar", f"{process}calendar/"),
        Shot("register-uk-phone", f"/uk{process}register/", PHONE, 844),
        Shot("measures", f"{process}measures/"),
        Shot("progress", f"{process}progress/"),
        Shot("staff", staff, role="verwaltung"),
        Shot("planning", f"{staff}planning/", role="verwaltung"),
        Shot("deliveries", f"{staff}deliveries/", role="verwaltung"),
        Shot("plan", f"{staff}plan/", role="verwaltung"),
        Shot("moderation", "/moderation/", role="moderation"),
    ]


def sign_in(page: "Page", house: StartedHouse, role: str) -> None:
    """With the password that the demo printed."""
    line = next(line for line in house.said().splitlines() if f"Anmeldung {role.title()}:" in line)
    email, password = re.search(r"(\S+@\S+)\s+Passwort: (\S+)", line).groups()  # type: ignore[union-attr]
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def take(browser: "Browser", house: StartedHouse, found: list[Shot]) -> None:
    for role in dict.fromkeys(shot.role for shot in found):
        # As the town's people see it: elsewhere pages tell the reader's own time, too.
        context = browser.new_context(
            base_url=house.address, locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce"
        )
        page = context.new_page()
        if role:
            sign_in(page, house, role)
        for shot in (each for each in found if each.role == role):
            page.set_viewport_size({"width": shot.width, "height": shot.height})
            answer = page.goto(shot.path)
            if answer is None or answer.status != 200:
                raise SystemExit(f"{shot.path}: {answer and answer.status}")
            page.evaluate("document.fonts.ready")
            page.screenshot(path=str(FOLDER / f"{shot.name}.png"))
            sys.stdout.write(f"docs/screenshots/{shot.name}.png\n")
        context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        house = StartedHouse("demo", Path(directory) / "data")
        try:
            house.wait_until_ready(seconds=300)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
                )
                page = browser.new_page(base_url=house.address)
                page.goto("/")
                process = page.url.removeprefix(house.address)
                page.close()
                take(browser, house, shots(process))
                browser.close()
        finally:
            house.clean_up()


if __name__ == "__main__":
    main()
