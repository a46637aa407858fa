"""PostgreSQL's own log names nobody: not by a double click, and not as docker-compose.yml starts it."""

import contextlib
import io
from collections.abc import Callable, Iterator

import psycopg
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.concurrency.crowds import all_at_once, tally
from tests.servers import ROOT, Database, OwnPostgres, PostgresServer
from workshops import links
from workshops.errors import Refusal
from workshops.models import ConsentGiven, ContactBy, Participant, User, Workshop
from workshops.operations import contacts, on_behalf, people
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.postgres
CROWD = range(8)
MARK = "zqmark"
ADDRESS = f"amina.{MARK}@example.org"

Written = Callable[[], str]


@pytest.fixture
def written(postgres: Database, postgres_server: PostgresServer) -> Iterator[Written]:
    """What the server has written into its log since this test began."""
    if not isinstance(postgres_server, OwnPostgres):
        pytest.skip("the log of TEST_DATABASE_URL's server is out of sight")
    begun = postgres_server.log.stat().st_size
    yield lambda: postgres_server.log.read_bytes()[begun:].decode()


@pytest.fixture
def workshop(postgres: Database) -> Workshop:
    return builders.a_workshop(builders.a_series(builders.a_field()))


def test_a_form_sent_twice_at_once_leaves_no_word_of_it(workshop: Workshop, written: Written) -> None:
    form = {
        "workshops": [workshop.pk],
        "name": f"Amina {MARK}",
        "email": ADDRESS,
        "language": "de",
        "privacy": "on",
        "needs_note": MARK,
    }

    def send(_number: int) -> str:
        return str(Client().post(f"/{workshop.process.slug}/register/", form).status_code)

    assert tally(all_at_once(send, CROWD, threads=8)) == {"302": 8}
    (participant,) = Participant.objects.all()
    assert (participant.email, participant.mails_in_window) == (ADDRESS, 3)
    assert participant.registrations.count() == 1
    assert (MARK in written(), "duplicate key" in written()) == (False, False)


def test_nor_does_what_is_told_to_two_of_us_at_once(workshop: Workshop, written: Written) -> None:
    staff = builders.a_staff_member()
    contact = on_behalf.Contact(phone="07471 12345", contact_by=ContactBy.PHONE)

    def take_down(_number: int) -> str:
        try:
            made = on_behalf.register(
                workshop.process,
                person=Person(email=ADDRESS, name=MARK),
                contact=contact,
                consent=ConsentGiven.BY_PHONE,
                workshop_ids=[workshop.pk],
                needs=Needs(),
                by=staff,
            )
        except Refusal as refusal:
            return refusal.code
        return "registered" if made else "registered before"

    assert tally(all_at_once(take_down, CROWD, threads=8)) == {"registered": 1, "registered before": 7}
    assert (MARK in written(), "duplicate key" in written()) == (False, False)


def test_nor_does_an_address_to_which_several_move_at_once(workshop: Workshop, written: Written) -> None:
    def button(number: int) -> str:
        person = builders.a_participant(workshop.process, email=f"{number}@example.org")
        return links.url_of(contacts.type_new_address(person, email=ADDRESS))

    def press(url: str) -> str:
        answer = Client().post("/" + url.split("/", 3)[3])
        if answer.status_code == 200 and "schon jemand anderes angemeldet" in pages.text(answer):
            return "taken"
        return str(answer.status_code)

    assert tally(all_at_once(press, [button(number) for number in CROWD], threads=8)) == {
        "302": 1,
        "taken": 7,
    }
    assert Participant.objects.filter(email=ADDRESS).count() == 1
    assert Participant.objects.count() == 8
    assert (MARK in written(), "duplicate key" in written()) == (False, False)


def test_nor_does_one_that_two_of_us_write_down_for_two_people(workshop: Workshop, written: Written) -> None:
    staff = builders.a_staff_member()
    crowd = [builders.a_participant(workshop.process, email=f"{number}@example.org") for number in CROWD]

    def correct(person: Participant) -> str:
        try:
            contacts.correct_contact(
                person, email=ADDRESS, phone="", postal_address="", contact_by=ContactBy.EMAIL, by=staff
            )
        except Refusal as refusal:
            return refusal.code
        return "corrected"

    assert tally(all_at_once(correct, crowd, threads=8)) == {"corrected": 1, "address_taken": 7}
    assert (MARK in written(), "duplicate key" in written()) == (False, False)


def test_nor_does_an_account_made_twice_at_once(workshop: Workshop, written: Written) -> None:
    staff = builders.a_staff_member()

    def invite(_number: int) -> int:
        helper = people.add_helper
        with contextlib.suppress(Refusal):
            helper(workshop.process, email=ADDRESS, name=MARK, organisation="Verein", by=staff)
        return User.objects.filter(email=ADDRESS).count()

    assert all_at_once(invite, CROWD, threads=8) == [1] * 8
    assert MARK not in written()


def test_nor_does_an_account_of_the_command_line_that_there_is_already(written: Written) -> None:
    call_command("create_staff", ADDRESS, stdout=io.StringIO())
    with pytest.raises(CommandError, match="schon ein Konto"):
        call_command("create_staff", ADDRESS, stdout=io.StringIO())
    assert MARK not in written()


def test_inserted_without_care_it_stands_there(workshop: Workshop, written: Written) -> None:
    """The control."""
    for attempt in range(2):
        with pytest.raises(IntegrityError) if attempt else contextlib.nullcontext():
            Participant.objects.create(
                process=workshop.process, email=ADDRESS, name=MARK, created_at=timezone.now()
            )
    told = [line for line in written().splitlines() if MARK in line]
    assert [word in line for word, line in zip(("DETAIL: ", "STATEMENT: "), told, strict=True)] == [True] * 2


def test_nor_may_it_be_moved_without_care(workshop: Workshop, written: Written) -> None:
    """The control."""
    crowd = [builders.a_participant(workshop.process, email=f"{number}@example.org") for number in range(2)]
    Participant.objects.filter(pk=crowd[0].pk).update(email=ADDRESS, email_normalised=ADDRESS)
    with pytest.raises(IntegrityError):
        Participant.objects.filter(pk=crowd[1].pk).update(email=ADDRESS, email_normalised=ADDRESS)
    assert (MARK in written(), "duplicate key" in written()) == (True, True)


def test_the_settings_of_the_compose_file_keep_even_that_out(
    postgres: Database, workshop: Workshop, written: Written
) -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["postgres"]
    program, *options = service["command"]
    assert program == "postgres"
    builders.a_participant(workshop.process, email=ADDRESS, name=MARK)
    copy = (
        "INSERT INTO workshops_participant SELECT (jsonb_populate_record(p, '{\"id\": 4711}')).*"
        f" FROM workshops_participant p WHERE p.email = '{ADDRESS}'"
    )
    connected = psycopg.connect(postgres.url, options=" ".join(options))
    with connected as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(copy)
    assert MARK not in written()
    assert "duplicate key value" in written()
