"""The process on one page: what is there, what comes next, and who may see it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications import outages
from notifications.models import Delivery
from tests import builders, cast, pages
from workshops.models import ParticipationProcess, Registration, Workshop, localised

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def page(client: Client, people: cast.Cast) -> str:
    client.force_login(people.sabine)
    return f"/staff/{people.process.slug}/"


def next_steps(client: Client, address: str) -> list[str]:
    found = pages.lines(client.get(address))
    return found[found.index("Als Nächstes") + 1 : found.index("Kommende Workshops")]


def test_strangers_sign_in_and_others_are_refused(client: Client, people: cast.Cast) -> None:
    address = f"/staff/{people.process.slug}/"
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    for user in (people.murat, people.stranger):
        client.force_login(user)
        assert client.get(address).status_code == 403


def test_the_desk_leads_each_to_their_work(client: Client, people: cast.Cast) -> None:
    assert client.get("/desk/").headers["Location"] == "/accounts/login/?next=/desk/"
    client.force_login(people.stranger)
    assert client.get("/desk/").status_code == 403
    client.force_login(people.murat)
    assert client.get("/desk/").headers["Location"] == "/moderation/"
    client.force_login(people.sabine)
    assert client.get("/desk/").headers["Location"] == "/staff/integrationsplan/"


@pytest.mark.parametrize("count", [2, 4])
def test_the_desk_lists_processes_in_a_fixed_number_of_queries(
    client: Client, people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    builders.a_workshop(builders.a_series(people.fields[0]))
    for number in range(1, count):
        builders.a_process(name=localised(f"Klimaplan {number}"), is_public=False)
    client.force_login(people.sabine)
    with django_assert_num_queries(4):
        response = client.get("/desk/")
    assert pages.lines(response) == [
        "Beteiligungsprozesse",
        "Neuer Prozess",
        *(
            line
            for number in range(count - 1, 0, -1)
            for line in (f"Klimaplan {number}", "Hechingen · noch nicht öffentlich", "0 kommende Workshops")
        ),
        "Integrationsplan Hechingen",
        "Hechingen",
        "Ein kommender Workshop",
    ]


def test_a_new_process_needs_four_answers(client: Client, people: cast.Cast) -> None:
    client.force_login(people.sabine)
    given = {
        "name_de": "Klimaplan",
        "name_en": "Climate plan",
        "slug": "klimaplan",
        "town": "Hechingen",
        "contact_email": "klima@hechingen.example",
    }
    response = client.post("/desk/new/", given)
    assert response.headers["Location"] == "/staff/klimaplan/"
    process = ParticipationProcess.objects.get(slug="klimaplan")
    assert (process.name, process.town, process.contact_email) == (
        {"de": "Klimaplan", "en": "Climate plan"},
        "Hechingen",
        "klima@hechingen.example",
    )
    # Nobody else sees it before staff say so; they are told, and how to.
    assert not process.is_public
    assert Client().get("/klimaplan/").status_code == 404
    assert next_steps(client, "/staff/klimaplan/")[-2:] == [
        "Die Seiten sind noch nicht öffentlich: Nur Sie und Ihre Kolleginnen und Kollegen sehen sie.",
        "Öffentlich machen",
    ]
    refused = client.post("/desk/new/", given | {"slug": "staff", "name_de": ""})
    assert pages.errors(refused) == [
        "Name – Bitte geben Sie den deutschen Text an.",
        "Kurzadresse – Diese Kurzadresse ist vergeben. Bitte eine andere wählen.",
    ]
    assert ParticipationProcess.objects.count() == 2


def test_a_new_process_is_told_what_to_do_first(client: Client, people: cast.Cast) -> None:
    process = builders.a_process(slug="klimaplan")
    client.force_login(people.sabine)
    assert next_steps(client, f"/staff/{process.slug}/") == [
        "wichtig Legen Sie fest, wann die Umfrage läuft.",
        "Umfrage anlegen",
        "wichtig Legen Sie die Handlungsfelder an.",
        "Handlungsfelder",
        "wichtig Die Datenschutzhinweise fehlen. Ohne sie darf sich niemand anmelden.",
        "Datenschutzhinweise schreiben",
        "Laden Sie die Moderation ein: Ohne sie lässt sich kein Termin planen.",
        "Moderation einladen",
        "Auf den öffentlichen Seiten fehlen Pflichtangaben.",
        "Angaben ergänzen",
    ]


def test_the_assistant_names_what_is_missing_for_workshops(
    client: Client, people: cast.Cast, page: str
) -> None:
    people.process.privacy_notice = people.process.imprint = localised("steht hier")
    people.process.save(update_fields=["privacy_notice", "imprint"])
    now = timezone.now()
    soon = builders.a_workshop(
        builders.a_series(people.fields[0]),
        title=localised("Sprachkurse"),
        starts_at=now + 3 * DAY,
        capacity=1,
    )
    builders.a_registration(soon)
    builders.a_registration(soon, status=Registration.Status.WAITING)
    past = builders.a_workshop(
        builders.a_series(people.fields[1]), title=localised("Ausbildung"), starts_at=now - 8 * DAY
    )
    builders.a_workshop(builders.a_series(people.fields[2]), status=Workshop.Status.DRAFT)
    assert [line for line in next_steps(client, page) if line.startswith(("wichtig", "Für", "Ein", "„"))] == [
        f"wichtig Das Protokoll zu „Ausbildung“ vom {day_of(past)} fehlt noch.",
        f"wichtig Für „Sprachkurse“ am {day_of(soon)} ist niemand zur Moderation eingeteilt.",
        f"wichtig Für „Sprachkurse“ am {day_of(soon)} fehlt der Raum.",
        "Für ein Handlungsfeld gibt es noch keine Workshops: „Wohnen und Wohnumfeld“.",
        "Ein Workshop ist geplant, aber noch nicht veröffentlicht.",
        f"„Sprachkurse“ am {day_of(soon)} ist voll, eine Person wartet. Können Sie Plätze ergänzen?",
    ]


def test_the_same_advice_for_several_workshops_is_given_once(
    client: Client, people: cast.Cast, page: str
) -> None:
    series = builders.a_series(people.fields[0])
    first, second = (
        builders.a_workshop(
            series,
            title=localised(title),
            starts_at=timezone.now() + days * DAY,
            conference_url="https://video.example/raum",
        )
        for title, days in (("Sprachkurse", 3), ("Kitas", 4))
    )
    advice = [line for line in next_steps(client, page) if "Moderation eingeteilt" in line]
    assert advice == [
        "wichtig Für 2 Workshops ist niemand zur Moderation eingeteilt, "
        f"zuerst „Sprachkurse“ am {day_of(first)}."
    ]
    first.moderators.add(people.murat)
    advice = [line for line in next_steps(client, page) if "Moderation eingeteilt" in line]
    assert advice == [f"wichtig Für „Kitas“ am {day_of(second)} ist niemand zur Moderation eingeteilt."]


MONTHS = [
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
    *("November", "Dezember"),
]


def day_of(workshop: Workshop) -> str:
    local = workshop.local_start
    weekday = ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So.")[local.weekday()]
    return f"{weekday}, {local.day}. {MONTHS[local.month - 1]}"


def test_mail_that_failed_or_waits_stands_on_the_page(client: Client, people: cast.Cast, page: str) -> None:
    now = timezone.now()
    for number, status in enumerate(("failed", "failed", "pending", "sent")):
        Delivery.objects.create(
            process=people.process,
            kind="invitation",
            key=f"test:{number}",
            participant=people.hans,
            status=status,
            created_at=now,
            next_attempt_at=now,
            sent_at=now if status == "sent" else None,
            ended_at=now if status == "failed" else None,
            outcome_code="refused" if status == "failed" else "",
        )
    found = pages.lines(client.get(page))
    start = found.index("Zustellungen")
    assert found[start + 1].startswith("2 Mails ließen sich nicht zustellen.")
    # Both are one person's.
    assert found[start + 2].startswith("Eine Person ist anzurufen oder bekommt einen Brief.")
    assert found[start + 3 : start + 9] == ["1", "warten", "1", "gesendet", "2", "nicht zustellbar"]


def test_a_mail_server_that_refuses_us_stands_on_the_page(
    client: Client, people: cast.Cast, page: str
) -> None:
    outages.sign_in_refused(timezone.now())

    found = pages.lines(client.get(page))

    assert found[found.index("Zustellungen") + 1] == "Der Versand ruht"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_a_fixed_number_of_queries(
    client: Client,
    people: cast.Cast,
    page: str,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    series = builders.a_series(people.fields[0])
    for number in range(count):
        workshop = builders.a_workshop(series, starts_at=timezone.now() + (number + 5) * DAY)
        workshop.moderators.add(people.murat)
        for _ in range(count):
            builders.a_registration(workshop)
    with django_assert_num_queries(19):
        response = client.get(page)
    found = pages.lines(response)
    table = found[found.index("Workshopreihen") :]
    assert [line for line in table if line.endswith("/ 20")] == [f"{count} / 20"] * count


def test_whoever_publishes_or_invites_hears_that_nobody_else_can_open_the_pages(
    client: Client, people: cast.Cast
) -> None:
    series = builders.a_series(people.fields[0])
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT)
    client.force_login(people.sabine)
    paths = ("/planning/publish/", f"/workshops/{draft.pk}/")
    told = "Die Seiten sind noch nicht öffentlich: Andere können keinen Link öffnen"

    def hears(path: str) -> bool:
        return told in pages.text(client.get(f"/staff/integrationsplan{path}"))

    assert not any(hears(path) for path in paths)
    ParticipationProcess.objects.update(is_public=False)
    assert all(hears(path) for path in paths)
    # Once a workshop is published it is urgent.
    builders.a_workshop(series)
    assert any(
        line.startswith("wichtig Die Seiten sind noch nicht öffentlich")
        for line in next_steps(client, "/staff/integrationsplan/")
    )
