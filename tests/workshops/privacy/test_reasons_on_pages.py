"""Each field that citizens see says why it is asked, on the page as sent: beside it, or for its group."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import builders
from tests.architecture.addresses import World, all_addresses, world
from tests.architecture.test_roles import PERSONAL, PUBLIC
from workshops import links
from workshops.links import Scope

pytestmark = pytest.mark.django_db

# Neither typed nor chosen by anybody.
NOT_SEEN = {"hidden", "submit", "button", "image", "reset"}
# The field that nobody meets: it is for programs, and its label says to leave it empty.
TRAP = "website"
# Few elements have no end.
VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr", "area", "base", "col", "embed", "track"}


class Fields(HTMLParser):
    """The fields of forms that are sent to be kept (`post`), and which texts say something about each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._texts: dict[str, str] = {}
        self._described: list[tuple[str, list[str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open.append((tag, given))
        if tag in ("input", "select", "textarea") and self._is_asked(given):
            says = [each.get("aria-describedby", "") for _tag, each in self._open]
            self._described.append((given["name"], " ".join(says).split()))
        if tag in VOID:
            self._open.pop()

    def _is_asked(self, given: dict[str, str]) -> bool:
        forms = [each for tag, each in self._open if tag == "form"]
        is_kept = bool(forms) and forms[-1].get("method", "get").lower() == "post"
        return is_kept and given.get("type", "text") not in NOT_SEEN and "name" in given

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _tag, given in self._open:
            if "id" in given:
                self._texts[given["id"]] = self._texts.get(given["id"], "") + data.strip()

    def found(self) -> dict[str, bool]:
        """By name: whether it says why."""
        return {
            name: any(self._texts.get(each) for each in ids) for name, ids in self._described if name != TRAP
        }


def answers(town: World) -> Iterator[tuple[str, HttpResponse]]:
    for address in all_addresses():
        if address.name in PUBLIC:
            yield address.name, Client().get(town.path(address))  # type: ignore[misc]
        elif scope := PERSONAL.get(address.name):
            yield address.name, Client().get(town.path(address, token=town.token(scope)))  # type: ignore[misc]
    # Two that ask only before something is settled, or for what is to come.
    series = town.workshop.series
    newcomer = builders.a_participant(town.people.process, verified_at=None)
    builders.a_registration(builders.a_workshop(series), newcomer, status="pending")
    token = links.token_of(links.make(newcomer, Scope.CONFIRM))
    yield "workshops:confirm", Client().get(f"/confirm/{token}/")  # type: ignore[misc]


def test_each_field_on_a_page_for_citizens_says_why_it_is_asked() -> None:
    town = world()
    builders.a_workshop(town.workshop.series)
    proposal = town.workshop.agenda.get().proposed_measures.get()
    town.workshop.prioritisation.options.create(proposal=proposal, position=1)
    asked, silent = set(), set()
    for name, answer in answers(town):
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for field, says_why in Fields(answer.content.decode()).found().items():
            asked.add(field.partition("-")[0])
            if not says_why:
                silent.add((name, field))
    assert silent == set()
    # The control: these were met, and not pages without a form.
    assert {"workshops", "email", "needs", "interpretation_language", "invitations", "field"} <= asked
    assert {"text", "points", "named", "message", "reply_to", "privacy"} <= asked


def test_a_field_without_a_reason_is_seen() -> None:
    form = "<form method='post'><fieldset aria-describedby='a'><input name='b'></fieldset>{}</form>"
    why = "<p id='a'>Damit es klappt.</p><p id='empty'> </p>"
    silent = "<input name='c'><textarea name='d' aria-describedby='empty'></textarea>"
    found = Fields(why + form.format(silent) + "<form><input name='q'></form>").found()
    assert found == {"b": True, "c": False, "d": False}
