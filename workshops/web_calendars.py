"""Links that open a new entry, already filled in, in a calendar on the web.

They tell the provider what the public page says anyway: title, time, description and the page's address;
never who asks, nor a personal link. There is no specification of them: parameters as the providers' own
pages accept them. Such an entry doesn't change when the workshop moves.
"""

import datetime
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlencode

# Addresses have an end: some programs cut them at 2,000 characters, and a letter of Arabic takes six.
LONGEST_TITLE = 120
LONGEST_TEXT = 160

_OUTLOOK = "/calendar/0/deeplink/compose"
OUTLOOK_AT_HOME = f"https://outlook.live.com{_OUTLOOK}"
OUTLOOK_AT_WORK = f"https://outlook.office.com{_OUTLOOK}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told. Moments are aware; `page` is the public page's whole address."""

    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    text: str
    page: str


def google(entry: Entry) -> str:
    return _address(
        "https://calendar.google.com/calendar/render",
        action="TEMPLATE",
        text=_short(entry.title, LONGEST_TITLE),
        dates=f"{_utc(entry.starts_at):%Y%m%dT%H%M%SZ}/{_utc(entry.ends_at):%Y%m%dT%H%M%SZ}",
        details=_details(entry),
        location=entry.page,
    )


def outlook(entry: Entry, base: str) -> str:
    """`base`: OUTLOOK_AT_HOME (personal accounts) or OUTLOOK_AT_WORK (of an employer or a school)."""
    return _address(
        base,
        path="/calendar/action/compose",
        rru="addevent",
        subject=_short(entry.title, LONGEST_TITLE),
        startdt=f"{_utc(entry.starts_at):%Y-%m-%dT%H:%M:%SZ}",
        enddt=f"{_utc(entry.ends_at):%Y-%m-%dT%H:%M:%SZ}",
        body=_details(entry),
        location=entry.page,
    )


def _address(base: str, **parameters: str) -> str:
    # Outlook shows a space that is written "+" as a plus sign: %20 it is.
    return f"{base}?{urlencode(parameters, quote_via=quote, safe='')}"


def _details(entry: Entry) -> str:
    return "\n\n".join(part for part in (_short(entry.text, LONGEST_TEXT), entry.page) if part)


def _short(text: str, most: int) -> str:
    """One line without control characters, of at most so many characters."""
    plain = " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)
