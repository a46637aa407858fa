"""What staff read when rooms leave no timetable, or a draft breaks what rooms allow."""

from typing import Any

from django.utils.translation import override

from tests.workshops.planning.problems import problem
from tests.workshops.planning.room_problems import fixed, one_day, pin
from workshops.operations.timetables import as_json
from workshops.planning.breaches import Breach, Violation
from workshops.planning.plan import plan
from workshops.planning.problem import Field, Room
from workshops.views.planning_names import Names
from workshops.views.planning_words import ConflictText, conflict_text
from workshops.views.violation_words import violation_text

NAMES = Names(fields={"a": "Wohnen", "b": "Bildung"}, people={}, rooms={"small": "Kammer", "big": "Saal"})


def told(*fields: Field, **changes: Any) -> ConflictText:
    rooms = (Room("small", 10, 3), Room("big", 50))
    impossible = problem(*fields, **({"rooms": rooms, "moderators": ()} | changes))
    (conflict,) = as_json(impossible, plan(impossible))["conflicts"]
    with override("de"):
        return conflict_text(conflict, NAMES)


def test_a_field_too_large_for_every_room_is_told_with_its_seats() -> None:
    text = told(one_day("a", 9, seats=80))

    assert text.rules == [
        "„Wohnen“: noch 1 Workshop zu planen.",
        "„Wohnen“: nur in Räumen mit mindestens 80 Plätzen.",
    ]
    assert text.ways == [
        "Für „Wohnen“ nur 50 Plätze je Workshop vorsehen.",
        "Für „Wohnen“ einen Raum mit mindestens 80 Plätzen einrichten.",
    ]


def test_too_few_large_rooms_are_told_with_their_seats() -> None:
    text = told(one_day("a", 9, seats=40), one_day("b", 9, seats=30))

    assert "Höchstens 1 Workshop läuft zugleich in Räumen mit mindestens 30 Plätzen." in text.rules
    assert "2 Workshops zur selben Zeit in Räumen mit mindestens 30 Plätzen zulassen." in text.ways


def test_a_second_room_that_is_not_free_is_told_with_the_workshop_that_needs_it() -> None:
    text = told(
        one_day("a", 9),
        pins=(pin(9, room="small", second=("big", "big")),),
        fixed=(fixed(9, room="big"),),
    )

    assert text.headline == "Diese Festlegungen schließen sich gegenseitig aus."
    assert text.rules == [
        "„Wohnen“: Der Workshop (Montag, 14. September 2020, 09:00\xa0Uhr) ist festgelegt.",
        "Höchstens 4 Workshops laufen zur selben Zeit.",
        "„Wohnen“: Der Workshop (Montag, 14. September 2020, 09:00\xa0Uhr) braucht zum "
        "Dolmetschen auch „Saal“.",
    ]
    assert text.ways == [
        "Die Festlegung eines der genannten Workshops lösen.",
        "Für das Dolmetschen einen anderen zweiten Raum wählen.",
    ]


def test_runs_of_before_rooms_had_sizes_are_still_told() -> None:
    old = {
        "rules": [{"rule": "rooms", "subject": "", "number": 2}],
        "needed": 0,
        "available": 0,
        "suggestions": [
            {"way": "more_rooms", "subject": "", "number": 3, "day": None, "start": None, "moderator": ""}
        ],
    }

    with override("de"):
        text = conflict_text(old, NAMES)

    assert text.rules == ["Höchstens 2 Workshops laufen zur selben Zeit."]
    assert text.ways == ["3 Workshops zur selben Zeit zulassen."]


def test_too_few_seats_are_told_of_one_room_or_of_all() -> None:
    with override("de"):
        assert [
            violation_text(Violation(Breach.ROOM_SEATS, number=12, room=room), [], NAMES)
            for room in ("1", "")
        ] == [
            ": Der Raum hat weniger als die nötigen 12 Plätze.",
            ": Kein Raum hat die nötigen 12 Plätze.",
        ]


def test_a_room_that_is_full_is_told_by_its_name_and_all_rooms_by_their_number() -> None:
    with override("de"):
        assert [
            violation_text(Violation(Breach.ROOMS, number=2, room=room), [], NAMES) for room in ("big", "")
        ] == [
            ": In „Saal“ ist zu dieser Zeit nur Platz für 2 Treffen (zweite Räume zählen mit).",
            ": Zur selben Zeit laufen mehr Workshops als zugelassen.",
        ]


def test_one_seat_and_one_workshop_are_told_in_the_singular() -> None:
    def way(name: str) -> dict[str, Any]:
        return {"way": name, "subject": "a", "number": 1, "seats": 1}

    one = {
        "rules": [
            {"rule": "count", "subject": "a", "count": 2},
            {"rule": "rooms", "subject": "", "number": 1, "seats": 1},
            {"rule": "room_seats", "subject": "a", "seats": 1},
        ],
        "needed": 2,
        "available": 1,
        "suggestions": [
            way("more_rooms"),
            way("more_rooms") | {"seats": None},
            way("larger_room"),
            way("fewer_seats"),
        ],
    }
    two_fields = one | {"rules": [{"rule": "count", "subject": each, "count": 1} for each in "ab"]}

    with override("de"):
        text = conflict_text(one, NAMES)
        together = conflict_text(two_fields, NAMES)
        breaches = [
            violation_text(Violation(breach, field="a", number=1, room=room), [], NAMES)
            for breach, room in ((Breach.COUNT, ""), (Breach.ROOM_SEATS, "1"), (Breach.ROOM_SEATS, ""))
        ]

    assert text.headline == "„Wohnen“ braucht 2 Workshops, es findet aber nur 1 Platz."
    assert together.headline == (
        "„Wohnen“ und „Bildung“ brauchen zusammen 2 Workshops, es findet aber nur 1 Platz."
    )
    assert text.rules[1:] == [
        "Höchstens 1 Workshop läuft zugleich in Räumen mit mindestens 1 Platz.",
        "„Wohnen“: nur in Räumen mit mindestens 1 Platz.",
    ]
    assert text.ways == [
        "1 Workshop zur selben Zeit in Räumen mit mindestens 1 Platz zulassen.",
        "1 Workshop zur selben Zeit zulassen.",
        "Für „Wohnen“ einen Raum mit mindestens 1 Platz einrichten.",
        "Für „Wohnen“ nur 1 Platz je Workshop vorsehen.",
    ]
    assert breaches == [
        "„Wohnen“: Der Vorschlag hat nicht den einen vorgesehenen Workshop.",
        ": Der Raum hat nicht den einen nötigen Platz.",
        ": Kein Raum hat den einen nötigen Platz.",
    ]
