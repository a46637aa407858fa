"""Four independent programs that read iCalendar, behind one question: what do these bytes say?

icalendar, vobject and ical are Python; ical.js (Thunderbird's) runs in node. One batch a reader: starting
node or a stream costs more than reading a calendar. Each reader's words are taken as they are; what we know
it gets wrong by itself is named where it is passed over.
"""

import datetime
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

_SCRIPT = Path(__file__).with_name("ical_js.mjs")


@dataclass(frozen=True, order=True)
class Seen:
    """One event as a reader understood it; moments in UTC."""

    uid: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    sequence: int
    summary: str
    description: str = ""
    # Names of all properties, sorted.
    names: tuple[str, ...] = ()
    # ORGANIZER, then ATTENDEEs: address and CN.
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Read:
    method: str
    events: tuple[Seen, ...]
    # Names of all components inside the calendar.
    parts: tuple[str, ...]


Reader = Callable[[Sequence[bytes]], list[Read]]


_FRAME = ("BEGIN", "END")


def _icalendar(contents: Sequence[bytes]) -> list[Read]:
    found = []
    for content in contents:
        calendar = icalendar.Calendar.from_ical(content)
        events = [
            Seen(
                str(event["UID"]),
                event.decoded("DTSTART").astimezone(datetime.UTC),
                event.decoded("DTEND").astimezone(datetime.UTC),
                int(str(event["SEQUENCE"])),
                str(event["SUMMARY"]),
                str(event.get("DESCRIPTION", "")),
                tuple(
                    sorted(
                        name for name, _value in event.property_items(recursive=False) if name not in _FRAME
                    )
                ),
                tuple(
                    (str(event[name]), str(event[name].params.get("CN", "")))
                    for name in ("ORGANIZER", "ATTENDEE")
                    if name in event
                ),
            )
            for event in calendar.walk("VEVENT")
        ]
        parts = tuple(str(part.name) for part in calendar.subcomponents)
        found.append(Read(str(calendar["METHOD"]), tuple(events), parts))
    return found


def _vobject(contents: Sequence[bytes]) -> list[Read]:
    found = []
    with warnings.catch_warnings():
        # Its own use of what Python has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        for calendar in vobject.readComponents(b"".join(contents).decode()):
            events = [
                Seen(
                    event.uid.value,
                    event.dtstart.value.astimezone(datetime.UTC),
                    event.dtend.value.astimezone(datetime.UTC),
                    int(event.sequence.value),
                    event.summary.value,
                    event.description.value if "description" in event.contents else "",
                    tuple(sorted(line.name for line in event.lines())),
                    tuple(
                        (line.value, _first(line.params.get("CN")))
                        for name in ("organizer", "attendee")
                        for line in event.contents.get(name, [])
                    ),
                )
                for event in calendar.contents.get("vevent", [])
            ]
            parts = tuple(part.name for part in calendar.components())
            found.append(Read(calendar.method.value, tuple(events), parts))
    return found


_ICAL_NAMES = {"transparency": "TRANSP", "attendees": "ATTENDEE"}


def _ical(contents: Sequence[bytes]) -> list[Read]:
    stream = IcsCalendarStream.from_ics(b"".join(contents).decode())
    found = []
    for calendar in stream.calendars:
        events = [
            Seen(
                event.uid,
                _moment(event.dtstart),
                _moment(event.dtend),
                event.sequence or 0,
                event.summary or "",
                event.description or "",
                tuple(
                    sorted(
                        _ICAL_NAMES.get(name, name.upper().replace("_", "-"))
                        for name in event.model_fields_set
                    )
                ),
                tuple(
                    (str(person.uri), person.common_name or "")
                    for person in (*filter(None, [event.organizer]), *event.attendees)
                ),
            )
            for event in calendar.events
        ]
        parts = tuple("VEVENT" for _event in calendar.events)
        found.append(Read(calendar.method or "", tuple(events), parts))
    return found


def _ical_js(contents: Sequence[bytes]) -> list[Read]:
    done = subprocess.run(
        ["node", str(_SCRIPT)],
        input=json.dumps([content.decode() for content in contents]),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [_from_json(each) for each in json.loads(done.stdout)]


def _from_json(told: dict[str, Any]) -> Read:
    events = [
        Seen(
            **{name: event[name] for name in ("uid", "sequence", "summary", "description")},
            starts_at=datetime.datetime.fromisoformat(event["starts_at"]),
            ends_at=datetime.datetime.fromisoformat(event["ends_at"]),
            names=tuple(event["names"]),
            people=tuple((address, name) for address, name in event["people"]),
        )
        for event in told["events"]
    ]
    return Read(told["method"], tuple(events), tuple(told["parts"]))


def _first(values: list[str] | None) -> str:
    return values[0] if values else ""


def _moment(value: object) -> datetime.datetime:
    assert isinstance(value, datetime.datetime)
    return value.astimezone(datetime.UTC)


READERS: dict[str, Reader] = {
    "icalendar": _icalendar,
    "vobject": _vobject,
    "ical": _ical,
    "ical.js": _ical_js,
}


def reader(name: str) -> Reader:
    """Skips, with the reason, where ical.js can't run."""
    if name == "ical.js":
        if shutil.which("node") is None:
            pytest.skip("no node, so ical.js can't read")
        if not os.environ.get("ICAL_JS"):
            pytest.skip("ICAL_JS doesn't name ical.js's module (npm install ical.js, dist/ical.js)")
    return READERS[name]
