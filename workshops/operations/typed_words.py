"""What somebody typed who hasn't proven the address, over a row that was there before (docs/adr/0011).

A list or a survey brought the person; anyone may register with their address. What was typed stands in the
row while it waits for the owner's yes, and what it replaced stands beside it until then.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from workshops.models import Participant, Registration
from workshops.models.people import WORDS, ParticipantQuerySet


def write(participant: Participant, said: Mapping[str, Any]) -> None:
    """Into the locked row of somebody unknown: `WORDS`, and which privacy notice they agreed to."""
    if all(getattr(participant, column) == value for column, value in said.items()):
        return
    # Who agreed has typed what stands there: another stranger's words, which nobody misses.
    if participant.privacy_agreed_at is None:
        participant.typed_over = {column: getattr(participant, column) for column in WORDS}
    for column, value in said.items():
        setattr(participant, column, value)
    participant.save(update_fields=[*said, "typed_over"])


def note_named(people: ParticipantQuerySet, words: Mapping[str, Mapping[str, str]]) -> None:
    """A list or a survey brings these people, too, with these words by normalised address: of whom a stranger
    made the row by registering, they are what will remain."""
    typed = people.filter(verified_at__isnull=True, consent_given="", privacy_agreed_at__isnull=False)
    typed = typed.filter(typed_over__isnull=True)
    unnamed = Participant()
    nothing = {column: getattr(unnamed, column) for column in WORDS}
    for pk, key in typed.values_list("pk", "email_normalised"):
        typed.filter(pk=pk).update(typed_over={**nothing, **words[key]})


def put_back(participant: Participant) -> None:
    """In the locked row. For whoever is known by now, what they confirmed stays."""
    if participant.typed_over is None:
        return
    columns = ["typed_over"]
    if not participant.is_known:
        for column in WORDS:
            setattr(participant, column, participant.typed_over[column])
        # Nobody agreed to anything.
        participant.privacy_agreed_at = participant.privacy_version = None
        columns += [*WORDS, "privacy_agreed_at", "privacy_version"]
    participant.typed_over = None
    participant.save(update_fields=columns)


def put_back_unproven() -> int:
    """Of everybody for whom nothing waits any more: it lapsed, was given back, or they said yes. May run
    twice."""
    typed = Participant.objects.filter(typed_over__isnull=False)
    due = typed.exclude(registrations__status=Registration.Status.PENDING)
    count = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever registers at this very moment locks the row first.
            participant = typed.select_for_update(no_key=True).filter(pk=pk).first()
            if participant is not None and not participant.registrations.pending().exists():
                put_back(participant)
                count += 1
    return count
