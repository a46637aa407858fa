"""The post that a journey's mails go through, its clock, and the tabs in which it is walked."""

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django import Settings

from tests.browser.journeys.citizen import Citizen
from tests.stories.conftest import Post, post  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request
    from pytest_django.live_server_helper import LiveServer

# A Monday in summer time, two weeks before the first workshop.
BEGIN = datetime.datetime(2031, 6, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's. The browser has its own, which nothing on a journey's pages depends on."""
    with time_machine.travel(BEGIN) as traveller:
        yield traveller


@pytest.fixture
def a_citizen(
    chromium: "Browser",
    live_server: "LiveServer",
    post: Post,  # noqa: F811
    settings: Settings,
) -> Iterator[Callable[..., Citizen]]:
    """a_citizen(language=, width=, **context): in a tab of their own. Fails when a page logs an error, asks a
    third party or sets a cookie."""
    # As the mails' addresses say it: `Post` looks for links below it.
    settings.PUBLIC_URL = "http://testserver"
    citizens: list[Citizen] = []

    def come(*, language: str, width: int, **more: Any) -> Citizen:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 800}, **{"locale": "de-DE", **more}
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        problems: list[str] = []

        def foreign(request: "Request") -> None:
            if not request.url.startswith((live_server.url, "data:", "blob:")):
                problems.append(f"third party: {request.url}")

        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", foreign)
        citizens.append(
            Citizen(
                page=page,
                post=post,
                language=language,
                problems=problems,
                runs_scripts=more.get("java_script_enabled", True),
            )
        )
        return citizens[-1]

    yield come
    for citizen in citizens:
        cookies, problems = citizen.page.context.cookies(), [*citizen.problems]
        citizen.page.context.close()
        assert (cookies, problems) == ([], [])
