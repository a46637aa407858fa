"""The small pages in frames of another site: accessible, narrow and wide, right to left, light and dark."""

import http.server
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.browser import town
from tests.browser.looking import barriers, inline_code, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
FRAMES = ("progress", "workshops")
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 24, 30)"}


class Club(http.server.BaseHTTPRequestHandler):
    """A club's website, on another port: for browsers another origin."""

    ours = ""

    def do_GET(self) -> None:
        language, _slash, query = self.path.removeprefix("/").partition("/")
        prefix = "" if language == "de" else f"/{language}"
        frames = "".join(
            f'<iframe src="{self.ours}{prefix}/embed/integrationsplan/{name}/{query}" '
            f'title="Beteiligung: {name}" width="100%" height="600"></iframe>'
            for name in FRAMES
        )
        page = (
            '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Verein</title>'
            '<link rel="icon" href="data:,"></head>'
            f'<body style="margin:0"><main><h1>Verein</h1>{frames}</main></body></html>'
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def club(live_server: LiveServer) -> Iterator[str]:
    handler = type("Here", (Club,), {"ours": live_server.url})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def visit(page: "Page", address: str) -> list[Any]:
    """The frames, once they are there; the club's own page is a third party on purpose."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    problems.remove(f"third party: {address}")
    return page.frames[1:]


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("width", [300, 1280])
def test_frames_of_another_site_are_accessible_and_fit(
    page: "Page", club: str, language: str, width: int
) -> None:
    town.in_full_swing()
    page.set_viewport_size({"width": width, "height": 1300})
    frames = visit(page, f"{club}/{language}/")

    assert [frame.locator("h1").count() for frame in frames] == [1, 1]
    assert [frame.evaluate("document.documentElement.lang") for frame in frames] == [language] * 2
    direction = "rtl" if language == "ar" else "ltr"
    assert [frame.evaluate("document.documentElement.dir") for frame in frames] == [direction] * 2
    assert [
        each for frame in frames for look in (barriers, too_wide, inline_code) for each in look(frame)
    ] == []


@pytest.mark.parametrize("wanted", ["", "light", "dark"])
@pytest.mark.parametrize("device", ["light", "dark"])
def test_a_frame_is_light_or_dark_as_the_site_around_it_says(
    page: "Page", club: str, wanted: str, device: str
) -> None:
    town.in_full_swing()
    page.emulate_media(color_scheme=device)  # type: ignore[arg-type]
    frames = visit(page, f"{club}/de/{f'?theme={wanted}' if wanted else ''}")

    ground = "getComputedStyle(document.body).backgroundColor"
    assert [frame.evaluate(ground) for frame in frames] == [GROUNDS[wanted or "light"]] * 2
    assert [each for frame in frames for each in barriers(frame)] == []


def test_a_link_opens_outside_of_the_frame(page: "Page", club: str, live_server: LiveServer) -> None:
    town.in_full_swing()
    progress, workshops = visit(page, f"{club}/de/")
    for frame, path in ((progress, "/integrationsplan/progress/"), (workshops, "/integrationsplan/")):
        with page.context.expect_page() as opened:
            frame.locator("a").last.click()
        assert opened.value.url == f"{live_server.url}{path}"
        assert "/embed/" in frame.url
        opened.value.close()
