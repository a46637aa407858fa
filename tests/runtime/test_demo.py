"""`manage.py demo` from nothing to the first page, as a newcomer meets it."""

import datetime
import http.cookiejar
import json
import re
import signal
import stat
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from config.mailbox import store
from config.sample import content
from config.sample.fields import FIELDS
from tests.runtime.conftest import StartHouse
from tests.runtime.houses import StartedHouse, still_alive
from tests.servers import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, start_module_house: StartHouse) -> StartedHouse:
    # As someone may have it in their environment who tries the demo beside the real thing.
    real = {"INBOX_URL": "imaps://echt:geheim@localhost:1/INBOX", "EMAIL_URL": "smtp://localhost:1"}
    started = start_module_house("demo", tmp_path_factory.mktemp("demo") / "data", **real)
    return started.wait_until_ready(seconds=180)


class Visitor:
    """A browser without JavaScript: cookies, redirects, forms."""

    def __init__(self, house: StartedHouse) -> None:
        self.address = f"http://localhost:{house.port}"
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        with self._opener.open(self.address + path, timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self, *, email: str, password: str) -> str:
        """The page one lands on."""
        form = self.get("/accounts/login/")
        (token, *_others) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        fields = {"csrfmiddlewaretoken": token, "login": email, "password": password}
        request = urllib.request.Request(
            f"{self.address}/accounts/login/",
            urllib.parse.urlencode(fields).encode(),
            {"Referer": f"{self.address}/accounts/login/"},
        )
        with self._opener.open(request, timeout=20) as answer:
            return str(answer.url).removeprefix(self.address)


def test_it_shows_its_progress_and_prints_every_address(demo: StartedHouse) -> None:
    said = demo.said()
    shares = [int(share) for share in re.findall(r"\] +(\d+)%", said)]

    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 100)
    address = f"http://localhost:{demo.port}"
    for path in ("/", "/accounts/login/", "/mailbox/"):
        assert f" {address}{path}" in said
    people = json.loads((demo.data / "sign-in.json").read_text())
    for person in people.values():
        assert f"{person['email']}  Passwort: {person['password']}" in said
    assert stat.S_IMODE((demo.data / "sign-in.json").stat().st_mode) == 0o600


def test_the_first_page_shows_the_four_fields_and_their_coming_workshops(demo: StartedHouse) -> None:
    page = Visitor(demo).get("/")

    for field in FIELDS:
        assert str(field.name["de"]) in page
    days = re.findall(r'datetime="(\d{4}-\d\d-\d\d)', page)
    today = datetime.datetime.now(content.BERLIN).date().isoformat()
    assert [day for day in days if day > today]


@pytest.mark.parametrize("role", ["verwaltung", "moderation"])
def test_the_printed_passwords_sign_in(demo: StartedHouse, role: str) -> None:
    person = json.loads((demo.data / "sign-in.json").read_text())[role]

    assert not Visitor(demo).sign_in(**person).startswith("/accounts/login/")
    wrong = {**person, "password": "falsch"}
    assert Visitor(demo).sign_in(**wrong).startswith("/accounts/login/")


def test_it_neither_writes_to_real_people_nor_reads_their_mail(demo: StartedHouse) -> None:
    for word in ("celery", "granian"):
        (first, *_others) = demo.children(word)
        environment = dict(
            line.split("=", 1) for line in Path(f"/proc/{first}/environ").read_text().split("\0") if line
        )
        assert environment["INBOX_URL"] == ""
        assert environment["EMAIL_URL"].startswith("smtp://127.0.0.1:")


def test_mail_travels_into_the_mailbox_and_can_be_read_there(demo: StartedHouse) -> None:
    mailbox = demo.data / "mailbox"

    def confirmed() -> list[str]:
        return [key for key in store.keys(mailbox) if (mail := store.read(mailbox, key)) and mail.calendars()]

    # Hanna, Amina, Paul, Elena, Mehmet and Ruth confirmed ten registrations; Mehmet's second one waits.
    wait_until(lambda: len(confirmed()) >= 9, what="confirmations with calendars")
    visitor = Visitor(demo)

    assert "/html/" in visitor.get(f"/mailbox/{confirmed()[0]}/")
    assert "BEGIN:VCALENDAR" not in visitor.get(f"/mailbox/{confirmed()[0]}/")
    assert "REQUEST" in visitor.get(f"/mailbox/{confirmed()[0]}/")


def test_it_shows_the_first_towns_process_with_town_and_partners(demo: StartedHouse) -> None:
    page = Visitor(demo).get(f"/{content.SLUG}/")

    assert "Integrationsplan Hechingen" in page
    assert " · mit ".join([content.TOWN, ", ".join(content.PARTNERS)]) in re.sub(r"<[^>]+>", "", page)


def test_the_survey_closed_when_the_towns_did_and_its_240_answers_are_in(demo: StartedHouse) -> None:
    visitor = Visitor(demo)
    visitor.sign_in(**json.loads((demo.data / "sign-in.json").read_text())["verwaltung"])

    page = visitor.get(f"/staff/{content.SLUG}/survey/")

    assert re.search(
        r"<dt>Ende</dt><dd>[^<]*5\. Juni 2020[^<]*23:59", re.sub(r"<(?!/?d[td])[^>]*>", "", page)
    )
    assert '<p class="stat__value">240</p>' in page
    assert "Die Umfrage ist beendet und ausgewertet." in page


def test_invitations_are_in_the_mailbox_and_no_mail_asks_for_what_is_done(demo: StartedHouse) -> None:
    mailbox = demo.data / "mailbox"
    subjects = [store.summary(mailbox, key).subject for key in store.keys(mailbox)]

    invitation = str(content.CAMPAIGN_SUBJECT["de"]).format(process="Integrationsplan Hechingen")
    assert subjects.count(invitation) > 100
    # The closing was told when it happened, before the evaluation; or, by a slow worker, not at all.
    told = [index for index, subject in enumerate(subjects) if "Umfrage" in subject and subject != invitation]
    assert all(index > subjects.index(invitation) for index in told)


def test_the_minutes_can_be_read(demo: StartedHouse) -> None:
    visitor, slug = Visitor(demo), FIELDS[0].slug
    (path, *_others) = re.findall(
        rf'href="(/{content.SLUG}/{slug}/\d+/minutes/)"', visitor.get(f"/{content.SLUG}/{slug}/")
    )

    page = visitor.get(path)

    assert [item.title for item in content.PAST_AGENDA if item.title not in page] == []
    assert "<strong>Einigkeit</strong>" in page


def test_a_second_demo_on_the_same_data_is_one_sentence(demo: StartedHouse, start_house: StartHouse) -> None:
    second = start_house("demo", demo.data)

    assert second.process.wait(30) == 2
    assert second.said() == (
        f"Mit den Daten in {demo.data} läuft schon eine Instanz; beenden Sie zuerst diese.\n"
    )


def test_a_demo_on_a_taken_port_is_one_sentence(
    demo: StartedHouse, start_house: StartHouse, tmp_path: Path
) -> None:
    second = start_house("demo", tmp_path / "data", port=demo.port)

    assert second.process.wait(30) == 2
    assert second.said() == (
        f"Port {demo.port} auf 127.0.0.1 ist nicht frei; wählen Sie mit --port einen anderen.\n"
    )
    assert second.members() == {second.process.pid: ""}


def test_a_demo_that_cannot_write_is_one_sentence(start_house: StartHouse, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    house = start_house("demo", tmp_path / "file" / "data")

    assert house.process.wait(30) == 2
    assert house.said() == (
        f"In das Verzeichnis {tmp_path / 'file' / 'data'} kann nicht geschrieben werden (Not a directory).\n"
    )


def test_the_past_workshop_left_minutes_and_an_adopted_measure_on_the_public_page(demo: StartedHouse) -> None:
    field = FIELDS[0]

    page = Visitor(demo).get(f"/{content.SLUG}/{field.slug}/")

    assert content.PAST_AGENDA[1].proposals[0][0] in page


def test_ctrl_c_ends_it_starting_again_keeps_everything_and_reset_forgets_it(
    demo: StartedHouse, start_house: StartHouse
) -> None:
    mails = len(store.keys(demo.data / "mailbox"))
    people = (demo.data / "sign-in.json").read_text()
    members = demo.members()
    assert demo.end(signal.SIGINT) == 0
    assert still_alive(members) == {}

    again = start_house("demo", demo.data).wait_until_ready()

    assert "%" not in again.said()  # nothing was loaded
    assert (demo.data / "sign-in.json").read_text() == people
    assert len(store.keys(demo.data / "mailbox")) >= mails
    assert again.end() == 0

    anew = start_house("demo", demo.data, options=("--reset",))
    wait_until(lambda: "0%" in anew.said(), what="loading begins again", seconds=60)
    assert store.keys(Path(demo.data / "mailbox")) == []
    assert anew.end() == 0
