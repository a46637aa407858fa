"""A prepared mail is byte for byte the one that would be written for this reader alone."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import calendars, emails
from notifications.models import Delivery, Kind
from notifications.prepared import is_plain
from tests.notifications.conftest import NOW, Stage
from workshops.models import Minutes, Participant, Registration

# What names are made of when somebody wants to see what happens.
NASTY = st.text(
    st.one_of(
        st.sampled_from(
            "\"'<>&;:,\\^%{}=?_.\n\r\t\v\x00\x1c\x7f\x85\u00a0\u2028\u202e\ufeff’äß€é😀عЖ字 {{%s"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)
KINDS = [
    (Kind.CONFIRMED, "confirmed"),
    (Kind.WAITING, "waiting"),
    (Kind.PROMOTED, "confirmed"),
    (Kind.RESCHEDULED, "confirmed"),
    (Kind.RESCHEDULED, "waiting"),
    (Kind.REMINDER, "confirmed"),
    (Kind.REGISTRATION_CANCELLED, "cancelled"),
    (Kind.WORKSHOP_CANCELLED, "cancelled"),
    (Kind.MINUTES_PUBLISHED, "confirmed"),
]


def _delivery(stage: Stage, kind: Kind, status: str) -> Delivery:
    columns = {"ended_at": NOW} if status == "cancelled" else {}
    registration = stage.registered(stage.cast.hans, status, holds_seat=status != "waiting", **columns)
    if kind == Kind.MINUTES_PUBLISHED:
        Minutes.objects.create(
            workshop=stage.workshop, status="published", published_at=NOW, published_by=stage.cast.sabine
        )
    row = stage.delivery(
        kind, participant=stage.cast.hans, registration=registration, workshop=stage.workshop, revision=0
    )
    return emails.with_what_they_need(Delivery.objects.filter(pk=row.pk)).get()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NASTY, min_size=1, max_size=3),
    title=NASTY,
    local=st.from_regex(r"[a-z][a-z0-9!#$%&'*+/=?^_`{|}~-]{0,30}", fullmatch=True),
    minutes=st.integers(0, 60 * 24 * 300),
    language=st.sampled_from(["de", "en", "ar", "tr"]),
)
@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_prepared_is_what_writing_it_afresh_gives(
    stage: Stage,
    kind: Kind,
    status: str,
    names: list[str],
    title: str,
    local: str,
    minutes: int,
    language: str,
) -> None:
    delivery = _of(stage, kind, status)
    person, registration, workshop = delivery.participant, delivery.registration, delivery.workshop
    assert person is not None
    assert registration is not None
    assert workshop is not None
    workshop.description["de"] = title
    workshop.title["de"] = title
    workshop.revision += 1
    person.language = language
    prepared, afresh = emails.Writer(), emails.Writer(prepares=False)
    # The first one prepares, the others find it prepared.
    for position, name in enumerate(["Hans", *names]):
        person.name, person.email = name, f"{local}{position}@bürger.example"
        if registration.confirmed_at:
            registration.confirmed_at = NOW + datetime.timedelta(minutes=minutes * position)
        assert prepared.write(delivery).content == afresh.write(delivery).content
    variants = 1 + any(not name or name.isspace() for name in names)
    assert len(prepared._ready) <= variants + 1


_KEPT: dict[tuple[int, Kind, str], Delivery] = {}


def _of(stage: Stage, kind: Kind, status: str) -> Delivery:
    """One row for all examples of a test."""
    key = (id(stage), kind, status)
    if key not in _KEPT:
        _KEPT.clear()
        _KEPT[key] = _delivery(stage, kind, status)
    return _KEPT[key]


def test_who_has_not_proven_their_address_is_not_named_in_a_prepared_mail_either(stage: Stage) -> None:
    delivery = _of(stage, Kind.WAITING, "waiting")
    writer = emails.Writer()
    assert b"Hans" in writer.write(delivery).content
    assert delivery.participant is not None
    delivery.participant.verified_at = None
    assert b"Hans" not in writer.write(delivery).content


def test_what_changed_in_the_workshop_is_told_though_the_mail_was_prepared(stage: Stage) -> None:
    delivery = _of(stage, Kind.RESCHEDULED, "confirmed")
    writer = emails.Writer()
    first = writer.write(delivery).content
    stage.workshop.dial_in = "0800 123"
    stage.workshop.save(update_fields=["dial_in"])
    again = emails.with_what_they_need(Delivery.objects.filter(pk=delivery.pk)).get()
    writer.expect([again])

    assert b"0800 123" not in first
    assert b"0800 123" in writer.write(again).content


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_a_folded_line_has_75_octets_and_unfolds_to_itself(text: str) -> None:
    folded = calendars.folded(text)

    assert max(len(line) for line in folded.split(b"\r\n")) <= 75
    assert [line for line in folded.split(b"\r\n") if line.decode() is None] == []
    assert calendars.unfolded(folded) == [text]


@pytest.mark.parametrize(
    "link", ["https://x.example/a;b", "https://x.example/a,b", "https://x.example/ä", 'a"b']
)
def test_a_link_that_places_would_write_differently_is_not_placed(link: str) -> None:
    assert not is_plain(link)
    assert is_plain("https://town.example:8443/de/my/Ab_9-x/workshop.ics?x=1&y") is False
    assert is_plain("https://town.example:8443/de/my/Ab_9-x/workshop.ics?x=1")


def test_two_people_of_one_workshop_share_what_is_prepared(stage: Stage) -> None:
    rows = [
        stage.delivery(
            Kind.CONFIRMED, participant=person, registration=stage.registered(person), workshop=stage.workshop
        ).pk
        for person in (stage.cast.hans, Participant.objects.get(pk=stage.cast.amina.pk))
    ]
    Participant.objects.update(language="de")
    found = list(emails.with_what_they_need(Delivery.objects.filter(pk__in=rows)))
    writer = emails.Writer()
    writer.expect(found)
    contents = [writer.write(delivery).content for delivery in found]

    assert len(writer._ready) == 1
    assert len(set(contents)) == 2
    assert Registration.objects.count() == 2
