"""What planning's keys and numbers stand for: fields, people, rooms, days, languages."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import dates
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from workshops.dates import date_text
from workshops.forms.staff import SPOKEN_LANGUAGES
from workshops.models import ParticipationProcess, User


@dataclass(frozen=True, slots=True)
class Names:
    """What keys stand for, by primary key as text."""

    fields: Mapping[str, str]
    people: Mapping[str, str]
    rooms: Mapping[str, str]


def names_of(process: ParticipationProcess) -> Names:
    users = User.objects.filter(moderator_profiles__process=process)
    return Names(
        fields={str(field.pk): str(field.name) for field in process.fields.all()},
        people={str(user.pk): str(user) for user in users},
        rooms={str(room.pk): room.name for room in process.rooms.all()},
    )


def weekday_list(weekdays: Iterable[int]) -> str:
    return get_text_list([weekday(one) for one in weekdays], _("und"))


def language_list(codes: Iterable[str]) -> str:
    spoken = dict(SPOKEN_LANGUAGES)
    return get_text_list([str(spoken.get(code, code)) for code in codes], _("und"))


def day(iso: str) -> str:
    return date_text(datetime.date.fromisoformat(iso))


def weekday(number: int) -> str:
    return str(dates.WEEKDAYS[number])


def field_name(key: str, names: Names) -> str:
    return _("„%(name)s“") % {"name": names.fields.get(key, "")}


def room_name(key: str, names: Names) -> str:
    return _("„%(name)s“") % {"name": names.rooms.get(key, "")}


def person_name(key: str, names: Names) -> str:
    return names.people.get(key, "")
