"""Planning's codes as sentences: what collides, what would help. What a draft breaks: `violation_words`;
what the keys in both stand for: `planning_names`."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.dates import local_moment_text
from workshops.planning.outcome import Rule, Way
from workshops.views.planning_names import (
    Names,
    day,
    field_name,
    language_list,
    person_name,
    room_name,
    weekday,
    weekday_list,
)


@dataclass(frozen=True, slots=True)
class ConflictText:
    headline: str
    rules: list[str]
    ways: list[str]


def conflict_text(conflict: Mapping[str, Any], names: Names) -> ConflictText:
    """One conflict of a planning run's outcome."""
    return ConflictText(
        headline=_headline(conflict, names),
        rules=[_rule(one, names) for one in conflict["rules"]],
        ways=[_way(one, names) for one in conflict["suggestions"]],
    )


def _headline(conflict: Mapping[str, Any], names: Names) -> str:
    counted = [one["subject"] for one in conflict["rules"] if one["rule"] == Rule.COUNT]
    if not counted:
        return _("Diese Festlegungen schließen sich gegenseitig aus.")
    fields = get_text_list([field_name(key, names) for key in counted], _("und"))
    needed = ngettext("%(n)d Workshop", "%(n)d Workshops", conflict["needed"]) % {"n": conflict["needed"]}
    told = {"fields": fields, "needed": needed, "available": conflict["available"]}
    if len(counted) == 1:
        if not conflict["available"]:
            return _("%(fields)s braucht %(needed)s, aber kein einziger Termin ist möglich.") % told
        return (
            ngettext(
                "%(fields)s braucht %(needed)s, es findet aber nur %(available)d Platz.",
                "%(fields)s braucht %(needed)s, es finden aber nur %(available)d Platz.",
                conflict["available"],
            )
            % told
        )
    return (
        ngettext(
            "%(fields)s brauchen zusammen %(needed)s, es findet aber nur %(available)d Platz.",
            "%(fields)s brauchen zusammen %(needed)s, es finden aber nur %(available)d Platz.",
            conflict["available"],
        )
        % told
    )


def _rule(one: Mapping[str, Any], names: Names) -> str:
    rule = Rule(one["rule"])
    told = {"field": field_name(one["subject"], names)}
    match rule:
        case Rule.COUNT:
            return ngettext(
                "%(field)s: noch %(n)d Workshop zu planen.",
                "%(field)s: noch %(n)d Workshops zu planen.",
                one["count"],
            ) % {**told, "n": one["count"]}
        case Rule.WEEKDAYS:
            return _("%(field)s: nur am %(days)s.") % {**told, "days": weekday_list(one["weekdays"])}
        case Rule.STARTS:
            return _("%(field)s: Beginn nur um %(times)s Uhr.") % {**told, "times": _times(one["starts"])}
        case Rule.WINDOW:
            return _("%(field)s: nur vom %(first)s bis zum %(last)s.") % {
                **told,
                "first": day(one["first"]),
                "last": day(one["last"]),
            }
        case Rule.GAP if one["gap"]:
            return ngettext(
                "%(field)s: mindestens %(n)d Tag Abstand.",
                "%(field)s: mindestens %(n)d Tage Abstand.",
                one["gap"],
            ) % {**told, "n": one["gap"]}
        case Rule.GAP:
            return _("%(field)s: nicht zwei Workshops zur selben Zeit.") % told
        case Rule.MODERATORS_NEEDED:
            return _("%(field)s: Jeder Workshop braucht eine Moderation.") % told
        case Rule.APPOINTED:
            return _("%(field)s: Nur wer dafür benannt ist, leitet die Workshops.") % told
        case Rule.LANGUAGES:
            return _("%(field)s: Die Moderation muss %(languages)s sprechen.") % {
                **told,
                "languages": language_list(one["languages"]),
            }
        case Rule.ABSENCE:
            return _("%(name)s ist zeitweise nicht verfügbar.") % {"name": person_name(one["subject"], names)}
        case Rule.PIN:
            return _("%(field)s: Der Workshop (%(moment)s) ist festgelegt.") % {
                "field": field_name(one["field"], names),
                "moment": _moment(one["day"], one["start"]),
            }
        case Rule.SECOND_ROOM:
            return _("%(field)s: Der Workshop (%(moment)s) braucht zum Dolmetschen auch %(rooms)s.") % {
                "field": field_name(one["field"], names),
                "moment": _moment(one["day"], one["start"]),
                "rooms": get_text_list(
                    [room_name(key, names) for key in dict.fromkeys(one["rooms"])], _("und")
                ),
            }
        # Runs of before rooms had sizes say nothing of seats.
        case Rule.ROOMS if one.get("seats"):
            return ngettext(
                "Höchstens %(n)d Workshop läuft zugleich in Räumen %(with_seats)s.",
                "Höchstens %(n)d Workshops laufen zugleich in Räumen %(with_seats)s.",
                one["number"],
            ) % {"n": one["number"], "with_seats": _with_seats(one["seats"])}
        case Rule.ROOM_SEATS:
            return ngettext(
                "%(field)s: nur in Räumen mit mindestens %(seats)d Platz.",
                "%(field)s: nur in Räumen mit mindestens %(seats)d Plätzen.",
                one["seats"],
            ) % {**told, "seats": one["seats"]}
        case Rule.ROOMS:
            return ngettext(
                "Höchstens %(n)d Workshop läuft zur selben Zeit.",
                "Höchstens %(n)d Workshops laufen zur selben Zeit.",
                one["number"],
            ) % {"n": one["number"]}
        case Rule.ONE_AT_A_TIME:
            return _("Niemand leitet zwei Workshops zur selben Zeit oder ohne Pause nacheinander.")
        case Rule.PUBLIC_HOLIDAYS:
            return _("Feiertage bleiben frei.")
        case Rule.SCHOOL_HOLIDAYS:
            return _("Die Schulferien bleiben frei.")
        case Rule.BLOCKED_DAYS:
            return _("Gesperrte Tage bleiben frei.")


def _way(one: Mapping[str, Any], names: Names) -> str:
    way, subject = Way(one["way"]), one["subject"]
    told = {
        "field": field_name(subject, names) if subject else _("alle genannten Handlungsfelder"),
        "n": one["number"],
        "seats": one.get("seats"),
    }
    match way:
        case Way.ALLOW_WEEKDAY:
            return _("Für %(field)s auch %(day)s erlauben.") % {**told, "day": weekday(one["number"])}
        case Way.ALLOW_START:
            return _("Für %(field)s auch %(time)s Uhr als Beginn erlauben.") % {**told, "time": one["start"]}
        case Way.EXTEND_TO:
            return _("Den Zeitraum für %(field)s bis zum %(day)s verlängern.") % {
                **told,
                "day": day(one["day"]),
            }
        case Way.SHORTEN_GAP if one["number"]:
            return (
                ngettext(
                    "Den Mindestabstand für %(field)s auf %(n)d Tag verkürzen.",
                    "Den Mindestabstand für %(field)s auf %(n)d Tage verkürzen.",
                    one["number"],
                )
                % told
            )
        case Way.SHORTEN_GAP:
            return _("Für %(field)s mehrere Workshops am selben Tag zulassen (Mindestabstand 0).") % told
        case Way.FEWER_WORKSHOPS:
            return (
                ngettext(
                    "Für %(field)s nur %(n)d Workshop planen.",
                    "Für %(field)s nur %(n)d Workshops planen.",
                    one["number"],
                )
                % told
            )
        case Way.MORE_ROOMS if told["seats"]:
            return ngettext(
                "%(n)d Workshop zur selben Zeit in Räumen %(with_seats)s zulassen.",
                "%(n)d Workshops zur selben Zeit in Räumen %(with_seats)s zulassen.",
                one["number"],
            ) % {**told, "with_seats": _with_seats(one["seats"])}
        case Way.LARGER_ROOM:
            return (
                ngettext(
                    "Für %(field)s einen Raum mit mindestens %(seats)d Platz einrichten.",
                    "Für %(field)s einen Raum mit mindestens %(seats)d Plätzen einrichten.",
                    one["seats"],
                )
                % told
            )
        case Way.FEWER_SEATS:
            return (
                ngettext(
                    "Für %(field)s nur %(seats)d Platz je Workshop vorsehen.",
                    "Für %(field)s nur %(seats)d Plätze je Workshop vorsehen.",
                    one["seats"],
                )
                % told
            )
        case Way.MORE_ROOMS:
            return (
                ngettext(
                    "%(n)d Workshop zur selben Zeit zulassen.",
                    "%(n)d Workshops zur selben Zeit zulassen.",
                    one["number"],
                )
                % told
            )
        case Way.APPOINT:
            return _("%(name)s auch für %(field)s benennen.") % {
                **told,
                "name": person_name(one["moderator"], names),
            }
        case Way.ANOTHER_MODERATOR:
            return _("Für %(field)s eine weitere Moderation gewinnen.") % told
        case Way.BE_AVAILABLE:
            return _("%(name)s fragen, ob die Abwesenheiten verschoben werden können.") % {
                "name": person_name(subject, names)
            }
        case Way.USE_SCHOOL_HOLIDAYS:
            return _("Auch in den Schulferien planen.")
        case Way.USE_BLOCKED_DAYS:
            return _("Gesperrte Tage freigeben.")
        case Way.UNPIN:
            return _("Die Festlegung eines der genannten Workshops lösen.")
        case Way.ANOTHER_SECOND_ROOM:
            return _("Für das Dolmetschen einen anderen zweiten Raum wählen.")


def unplaced_texts(unplaced: Iterable[Sequence[Any]], names: Names) -> list[str]:
    """Of a run that found no complete timetable: which fields' workshops are without a time."""
    return [
        ngettext(
            "%(field)s: Für %(n)d Workshop fand sich kein Termin.",
            "%(field)s: Für %(n)d Workshops fand sich kein Termin.",
            number,
        )
        % {"field": field_name(key, names), "n": number}
        for key, number in unplaced
    ]


def _with_seats(number: int) -> str:
    """Of rooms. A phrase of its own where the sentence counts workshops, too: each number has its plural."""
    return ngettext("mit mindestens %(n)d Platz", "mit mindestens %(n)d Plätzen", number) % {"n": number}


def _moment(day_iso: str, start: str) -> str:
    """Runs note both in the town's zone."""
    return local_moment_text(
        datetime.datetime.combine(datetime.date.fromisoformat(day_iso), datetime.time.fromisoformat(start))
    )


def _times(starts: Iterable[str]) -> str:
    return get_text_list(list(starts), _("oder"))
