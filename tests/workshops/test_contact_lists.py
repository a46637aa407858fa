"""Lists of people who agreed elsewhere: what is read, what is refused, and what wins over a list."""

import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils import timezone

from tests import cast
from workshops import links
from workshops.errors import Refusal
from workshops.models import ContactList, ContactListEntry, FieldInterest, Participant
from workshops.operations import contact_lists, own_data, participants

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate()

LIST = """Name;E-Mail;Verein;Sprache
Eva Muster;Eva@Example.org;TSV;Englisch
Ohne Adresse;eva(at)example.org;;
Eva noch einmal; eva@example.org ;;
"Böse\tZeile";boese@example.org;;Klingonisch
"""


@pytest.fixture
def town() -> cast.Cast:
    return cast.gather()


def a_file(text: str = LIST) -> io.BytesIO:
    return io.BytesIO(text.encode())


def take_in(town: cast.Cast, file: io.BytesIO | None = None, **said: object) -> ContactList:
    given = {"name": "Sommerfest", "consent_source": "Stand, mit Unterschrift", "agreed_on": TODAY, **said}
    return contact_lists.take_in(town.process, file or a_file(), by=town.sabine, now=NOW, **given)  # type: ignore[arg-type]


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_preview_names_bad_and_repeated_rows_and_keeps_nothing(town: cast.Cast) -> None:
    before = Participant.objects.count()

    preview = contact_lists.inspect(town.process, a_file())

    assert [(e.row, e.email, e.name, e.organisation, e.language) for e in preview.entries] == [
        (2, "Eva@Example.org", "Eva Muster", "TSV", "en"),
        (5, "boese@example.org", "Böse Zeile", "", "de"),
    ]
    assert preview.bad == [(3, "eva(at)example.org")]
    assert preview.repeated == [(4, 2)]
    assert (preview.new, preview.known, preview.rows) == (2, 0, 4)
    assert Participant.objects.count() == before


@pytest.mark.parametrize(
    "text",
    [
        "Name;Adresse;E-Mail\nEva;Marktplatz 1, 72379 Hechingen;eva@example.org\n",
        "E-Mail-Adresse;Adresse\neva@example.org;Marktplatz 1\n",
        "Name;Adresse\nEva;eva@example.org\n",
    ],
)
def test_where_somebody_lives_is_not_taken_for_their_mailbox(town: cast.Cast, text: str) -> None:
    preview = contact_lists.inspect(town.process, a_file(text))
    assert ([entry.email for entry in preview.entries], preview.bad) == (["eva@example.org"], [])


def test_people_become_participants_to_invite_with_the_consent_noted(town: cast.Cast) -> None:
    made = take_in(town, agreed_on=TODAY - datetime.timedelta(days=3), fields=town.fields[:1])

    eva = Participant.objects.get(email_normalised="eva@example.org")
    midnight = datetime.datetime.combine(
        TODAY - datetime.timedelta(days=3), datetime.time(), town.process.zone
    )
    assert (eva.name, eva.language, eva.invitation_agreed_at, eva.verified_at) == (
        "Eva Muster",
        "en",
        midnight,
        None,
    )
    assert (made.imported_by, made.imported_at, made.consent_source) == (
        town.sabine,
        NOW,
        "Stand, mit Unterschrift",
    )
    assert (made.rows, made.bad_rows, made.repeated_rows) == (4, 1, 1)
    assert made.entries.count() == 2
    assert list(eva.interests.values_list("field", "source")) == [(town.fields[0].pk, "list")]


def test_what_people_said_themselves_wins_over_any_list(town: cast.Cast) -> None:
    gone = Participant.objects.create(
        process=town.process, email="gone@example.org", created_at=NOW, invitation_agreed_at=NOW
    )
    participants.erase(gone)
    participants.object_to_invitations(town.amina)
    text = "E-Mail;Name\ngone@example.org;X\namina@example.org;Anders\nhans@example.org;Anders\n"

    preview = contact_lists.inspect(town.process, a_file(text))
    made = take_in(town, a_file(text), fields=town.fields)

    assert (preview.erased, preview.objected, preview.known, preview.new) == (1, 1, 2, 0)
    assert not Participant.objects.filter(email_normalised="gone@example.org").exists()
    assert list(Participant.objects.may_be_invited()) == [town.hans]
    town.amina.refresh_from_db()
    town.hans.refresh_from_db()
    assert (town.amina.name, town.hans.name) == ("Amina Haddad", "Hans Vogel")
    assert (made.erased_rows, made.objected_rows) == (1, 1)
    assert set(FieldInterest.objects.values_list("participant", flat=True)) == {town.hans.pk}


def test_excel_is_read_as_well(town: cast.Cast) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Vorname", "Nachname", "E-Mail-Adresse", "Language"])  # type: ignore[union-attr]
    book.active.append(["Ali", "Demir", "ali@example.org", "العربية"])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)

    (entry,) = contact_lists.inspect(town.process, file).entries

    assert (entry.email, entry.name, entry.language) == ("ali@example.org", "Ali Demir", "ar")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "broken_file"),
        ("Name;Telefon\nEva;1\n", "no_email_column"),
        ("E-Mail\n", "nobody"),
        ("\0\0", "broken_file"),
    ],
)
def test_a_file_that_is_no_list_is_refused(town: cast.Cast, text: str, code: str) -> None:
    assert refusal_of(lambda: contact_lists.inspect(town.process, a_file(text))) == code


def test_a_list_is_taken_in_once_and_has_a_name_of_its_own(town: cast.Cast) -> None:
    take_in(town)
    assert refusal_of(lambda: take_in(town, name="Anders")) == "list_known"
    assert refusal_of(lambda: take_in(town, a_file("E-Mail\nneu@example.org\n"))) == "name_taken"
    tomorrow = TODAY + datetime.timedelta(days=2)
    assert refusal_of(lambda: take_in(town, a_file("E-Mail\nx@y.de\n"), agreed_on=tomorrow)) == "in_future"
    assert ContactList.objects.count() == 1


def test_a_person_reads_in_their_own_data_on_which_list_they_came(town: cast.Cast) -> None:
    take_in(town, fields=town.fields[:1])
    data = own_data.export(Participant.objects.get(email_normalised="eva@example.org"))

    assert [entry["list_name"] for entry in data["list_entries"]] == ["Sommerfest"]
    assert [entry["field_name"] for entry in data["interests"]] == ["Bildung und Sprache"]


def test_staff_look_at_a_list_before_they_take_it_in(town: cast.Cast, client: Client) -> None:
    client.force_login(town.sabine)
    base = "/staff/integrationsplan/lists"
    file = SimpleUploadedFile("liste.csv", LIST.encode())
    assert client.post(f"{base}/new/", {"file": file}).status_code == 302

    page = client.get(f"{base}/new/check/").content.decode()
    assert "Zeile 3" in page
    assert "eva(at)example.org" in page
    assert "Zeile 4: dieselbe Adresse wie in Zeile 2" in page
    said = {"name": "Sommerfest", "consent_source": "Stand", "agreed_on": TODAY.isoformat()}
    assert "Ohne Einwilligung" in client.post(f"{base}/new/check/", said).content.decode()
    assert not ContactList.objects.exists()

    client.post(f"{base}/new/check/", {**said, "is_sure": "on"})

    page = client.get(f"{base}/").content.decode()
    assert "Sommerfest" in page
    assert "Sabine Keller" in page
    assert client.get(f"{base}/new/check/").status_code == 302  # the file is gone


def test_a_person_chooses_and_takes_back_their_interests(town: cast.Cast, client: Client) -> None:
    address = f"/my/{links.token_of(links.make(town.amina, links.Scope.MANAGE))}/invitations/"
    first, second = town.fields[:2]

    client.post(address, {"interests": "1", "field": [first.pk, second.pk]})
    client.post(address, {"interests": "1", "field": [second.pk, 4711]})

    assert list(town.amina.interests.values_list("field", "source")) == [(second.pk, "person")]
    assert f'value="{second.pk}" checked' in client.get(address).content.decode()
    client.post(address, {"interests": "1"})
    assert not town.amina.interests.exists()


# --- the last line of defence ------------------------------------------------------------------------------


def test_the_database_keeps_each_list_and_interest_once_and_knows_where_from(town: cast.Cast) -> None:
    made = take_in(town, fields=town.fields[:1])
    entry = made.entries.first()
    interest = FieldInterest.objects.first()
    assert entry and interest
    rows: list[models.Model] = [
        ContactListEntry(contact_list=made, participant=entry.participant),
        FieldInterest(participant=interest.participant, field=interest.field, agreed_at=NOW, source="person"),
        FieldInterest(participant=town.hans, field=interest.field, agreed_at=NOW, source="guessed"),
        _copy(made, name="Sommerfest", digest="1" * 64),
        _copy(made, name="Anders", digest=made.digest),
        _copy(made, name="Anders", digest="1" * 64, consent_source=""),
    ]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def _copy(made: ContactList, **columns: object) -> ContactList:
    kept = {
        f.attname: getattr(made, f.attname) for f in ContactList._meta.concrete_fields if not f.primary_key
    }
    return ContactList(**{**kept, **columns})
