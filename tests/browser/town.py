"""A process in full swing, so that every page has something of each state to show."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from notifications.models import Delivery, InboundMessage, Kind
from tests import builders, cast
from tests.browser.review_evening import in_review
from workshops import links, sealing
from workshops.links import Scope
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    Measure,
    Meeting,
    Minutes,
    Need,
    PersonalLink,
    Prioritisation,
    PrioritisedProposal,
    ProposedMeasure,
    Registration,
    Workshop,
    WorkshopSeries,
    localised,
)
from workshops.operations import alike, barriers
from workshops.survey_import import words

Status = Workshop.Status
TEXT = """Wir haben über **Sprachkurse am Abend** gesprochen.

- Viele arbeiten bis 17 Uhr.
- Kinderbetreuung fehlt.
"""


@dataclass(frozen=True, slots=True)
class Town:
    cast: cast.Cast
    upcoming: list[Workshop]
    full: Workshop
    past: Workshop
    # Amina's, for minutes in review.
    contribute_path: str
    # Personal links of Amina (has a seat, waits elsewhere) and of Hans (must still confirm).
    manage_path: str
    confirm_path: str


def in_full_swing() -> Town:
    """One process: workshops to come, full, running out, cancelled, drafted, past; minutes and measures."""
    people = cast.gather()
    _evaluation(people)
    series = [builders.a_series(field) for field in people.fields]
    upcoming = [_workshop(one, people, days=days) for one, days in zip(series, (3, 6, 9, 13), strict=True)]
    full = _workshop(series[0], people, days=16, capacity=2)
    for _number in range(2):
        builders.a_registration(full)
    builders.a_registration(full, people.amina, status=Registration.Status.WAITING)
    builders.a_registration(
        upcoming[0], people.amina, needs=["sign_language"], needs_note="Bitte vorn sitzen."
    )
    builders.a_registration(upcoming[1], people.hans, status=Registration.Status.PENDING)
    _rooms(upcoming[0], people)
    _interpreted_and_recorded(upcoming[0], people)
    _told_by_people(upcoming[0], people)
    _came_back(upcoming[0], people)
    barriers.report(people.process, message="Zu klein.", reply_to="hans@example.org", language="ar")
    _workshop(
        series[1],
        people,
        days=10,
        status=Status.CANCELLED,
        cancelled_at=timezone.now(),
        cancelled_by=people.sabine,
        cancellation_reason="Die Moderation ist erkrankt.",
    )
    _workshop(series[2], people, days=30, status=Status.DRAFT)
    past = _workshop(series[3], people, days=-10)
    builders.a_registration(past, people.hans, has_attended=True, attendance_source="ticked")
    _minutes(past, people)
    _weighed(past, people)
    evening = _workshop(series[0], people, days=-4)
    in_review(evening, people)
    # Means what the other evening's third one means (`_minutes`).
    builders.a_proposal(evening.agenda.all()[0], title="Wohnungen tauschen: eine Tauschbörse", language="de")
    alike.compare_waiting(now=timezone.now())
    return Town(
        cast=people,
        upcoming=upcoming,
        full=full,
        past=past,
        contribute_path=_path(links.make(people.amina, Scope.CONTRIBUTE)),
        manage_path=_path(links.make(people.amina, Scope.MANAGE)),
        confirm_path=_path(links.make(people.hans, Scope.CONFIRM)),
    )


def _evaluation(people: cast.Cast) -> None:
    """What the evaluation of 240 answers leaves: counts, None where fewer than five people stand behind."""
    slots = [f"{day}-{part}" for day in words.WEEKDAYS for part in words.DAYPARTS]
    survey = people.process.survey
    survey.evaluation = {
        "answers": 240,
        "fields": [
            {
                "field": field.pk,
                "interest": 150 - 30 * index,
                "times": {slot: None if place % 4 == 0 else 5 + place for place, slot in enumerate(slots)},
            }
            for index, field in enumerate(people.fields)
        ],
        "needs": dict.fromkeys(Need.values, 12),
        "languages": {"de": 180, "ar": 31, "tr": 22, "uk": None},
    }
    survey.url = "https://umfrage.hechingen.example/integrationsplan-und-mehr"
    survey.save(update_fields=["evaluation", "url"])


def _rooms(workshop: Workshop, people: cast.Cast) -> None:
    """One for each provider, one that fails and has a workshop in it, one that isn't offered any more."""
    now = timezone.now()
    process = people.process
    server = builders.a_room(
        process,
        name="Großer Videoraum im Rechenzentrum",
        provider="bigbluebutton",
        sealed_secret=sealing.seal("geheim"),
        seats=50,
        parallel_meetings=3,
        dial_in="07471 930 100",
    )
    builders.a_room(process, name="Volkshochschule", provider="zoom", seats=15, dial_in="+49 69 1, 4711#")
    builders.a_room(process, name="Jugendhaus", provider="jitsi")
    builders.a_room(process, name="Rathaus", dial_in="07471 930 0, PIN 4711")
    builders.a_room(process, name="Früherer Raum", retired_at=now)
    workshop.room = server
    workshop.save(update_fields=["room"])
    Meeting.objects.create(
        workshop=workshop, room=server, key="0" * 40, created_at=now, problem="checksum", problem_at=now
    )


def _interpreted_and_recorded(workshop: Workshop, people: cast.Cast) -> None:
    people.process.may_record = True
    people.process.save(update_fields=["may_record"])
    workshop.recording_announced_at = timezone.now() - datetime.timedelta(days=2)
    workshop.save(update_fields=["recording_announced_at"])
    how = localised({"de": "Auf die Weltkugel drücken", "ar": "اضغطوا على الكرة الأرضية"})
    workshop.channels.create(label="Arabisch", how=how)
    second = people.process.rooms.get(name="Jugendhaus")
    workshop.channels.create(
        need=Need.SIGN_LANGUAGE, label="Gebärdensprache", room=second, dial_in="07471 930 5, 77#"
    )


def _told_by_people(workshop: Workshop, people: cast.Cast) -> None:
    """Someone to call, someone to write to, someone whom a mail did not reach; one of them in Arabic."""
    now = timezone.now()
    phone = {"email": "", "phone": "07471 930-0", "contact_by": "phone", "language": "ar"}
    letter = {"email": "", "postal_address": "Marktplatz 1\n72379 Hechingen", "contact_by": "letter"}
    failed = {"status": "failed", "ended_at": now, "outcome_code": "rcpt_5xx"}
    for number, (columns, fate) in enumerate(((phone, {}), (letter, {}), ({}, failed))):
        person = builders.a_participant(people.process, **columns)
        registration = builders.a_registration(workshop, person)
        Delivery.objects.create(
            process=people.process,
            kind=Kind.CONFIRMED,
            key=f"confirmed:by hand {number}",
            participant=person,
            registration=registration,
            workshop=workshop,
            channel=person.contact_by,
            created_at=now,
            next_attempt_at=now,
            **fate,
        )


def _came_back(workshop: Workshop, people: cast.Cast) -> None:
    """A bounce that only a person can judge, a reply that nobody can prove, and one that did its work."""
    now = timezone.now()
    delivery = Delivery.objects.create(
        process=people.process,
        kind=Kind.PERSONAL_LINK,
        key="personal_link:came back",
        participant=people.hans,
        status=Delivery.Status.SENT,
        sent_at=now,
        created_at=now,
        next_attempt_at=now,
    )
    about = {"process": people.process, "participant": people.hans}
    for number, (kind, outcome, columns) in enumerate(
        (
            ("bounce", "unclear", {**about, "delivery": delivery, "words": "550 5.1.1 user unknown"}),
            ("reply", "unproven", {**about, "workshop": workshop, "code": "DECLINED"}),
            ("reply", "declined", {**about, "workshop": workshop, "code": "DECLINED", "looked_at": now}),
        )
    ):
        InboundMessage.objects.create(
            mailbox="x",
            uid_validity=1,
            uid=number,
            received_at=now,
            kind=kind,
            outcome=outcome,
            **columns,
        )


def _path(link: PersonalLink) -> str:
    return urlsplit(links.url_of(link, language="de")).path


def _workshop(series: WorkshopSeries, people: cast.Cast, *, days: int, **fields: object) -> Workshop:
    day = timezone.localtime() + datetime.timedelta(days=days)
    workshop = builders.a_workshop(
        series, starts_at=day.replace(hour=18, minute=0, second=0, microsecond=0), **fields
    )
    workshop.moderators.add(people.murat)
    return workshop


def _minutes(workshop: Workshop, people: cast.Cast) -> None:
    now = timezone.now()
    item = AgendaItem.objects.create(
        workshop=workshop,
        position=1,
        title="Sprachkurse",
        minutes_planned=45,
        text=TEXT,
        version=1,
        edited_at=now,
        edited_by=people.murat,
    )
    AgendaItem.objects.create(workshop=workshop, position=2, title="Ausblick", minutes_planned=15)
    Minutes.objects.create(
        workshop=workshop, status=Minutes.Status.PUBLISHED, published_at=now, published_by=people.sabine
    )
    guideline = Guideline.objects.create(
        field=workshop.series.field, position=1, text=localised("Alle finden eine gute Wohnung.")
    )
    goal = Goal.objects.create(guideline=guideline, position=1, text=localised("Mehr Beratung vor Ort."))
    measure = Measure.objects.create(
        goal=goal,
        position=1,
        title=localised("Wohnberatung im Rathaus"),
        description=localised("Jeden Dienstag, auch auf Arabisch und Türkisch."),
        responsible="Sozialamt",
        status=Measure.Status.IN_PROGRESS,
        adopted_at=now,
        adopted_by=people.sabine,
    )
    decided = {"decided_at": now, "decided_by": people.sabine, "created_at": now, "created_by": people.murat}
    ProposedMeasure.objects.create(
        item=item, title="Beratung einrichten", status="adopted", measure=measure, **decided
    )
    ProposedMeasure.objects.create(
        item=item, title="Neubau", status="declined", decision_reason="Kein Geld im Haushalt.", **decided
    )
    ProposedMeasure.objects.create(
        item=item, title="Tauschbörse für Wohnungen", created_at=now, created_by=people.murat
    )


def _weighed(workshop: Workshop, people: cast.Cast) -> None:
    """Frozen with the minutes: bars and a table on the public page."""
    now = timezone.now()
    weighing = Prioritisation.objects.create(
        workshop=workshop,
        points_each=5,
        opened_at=now,
        opened_by=people.murat,
        closed_at=now,
        closed_by=people.murat,
        frozen_at=now,
        voters=9,
    )
    proposals = ProposedMeasure.objects.filter(item__workshop=workshop)
    PrioritisedProposal.objects.bulk_create(
        PrioritisedProposal(
            prioritisation=weighing, proposal=proposal, position=number, points=20 - number, hands=number
        )
        for number, proposal in enumerate(proposals, start=1)
    )
