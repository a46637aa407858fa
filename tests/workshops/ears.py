"""Hearing facts in tests: what was told, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal

from workshops import events

REGISTRATION_FACTS = (
    "registration_requested",
    "registration_confirmed",
    "registration_waitlisted",
    "registration_promoted",
    "registration_cancelled",
    "registration_lapsed",
    "personal_link_requested",
)
WORKSHOP_FACTS = ("workshop_published", "workshop_rescheduled", "workshop_cancelled")

# What was told, in order: (fact, its arguments).
Heard = list[tuple[str, dict[str, Any]]]


@contextmanager
def listening(*names: str) -> Iterator[Heard]:
    """The facts of these names that are told inside: (name, arguments)."""
    heard: Heard = []

    def connect(name: str, fact: Signal) -> None:
        def note(sender: object, signal: object, **told: Any) -> None:
            heard.append((name, told))

        fact.connect(note, weak=False, dispatch_uid=f"listening:{name}")

    for name in names:
        connect(name, getattr(events, name))
    try:
        yield heard
    finally:
        for name in names:
            getattr(events, name).disconnect(dispatch_uid=f"listening:{name}")


def names(heard: Heard) -> list[str]:
    return [name for name, _told in heard]
