"""What a process keeps of people and what for: the house's purposes, in its own words where it has some.

What is kept, its basis and its period follow from what the code does; the reason why is the town's to say
(GDPR Art. 13(1)(c)).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise

from workshops.models import LocalisedText, ParticipationProcess, PurposeWording, Recording, User
from workshops.operations import periods, process_row
from workshops.retention import PURPOSES, Purpose


@dataclass(frozen=True, slots=True)
class StatedPurpose:
    """A purpose as the public reads it; `why` is lazy, or the process's own text."""

    code: str
    what: Promise
    why: Promise | LocalisedText
    basis: Promise
    until: str
    is_reworded: bool


def of(process: ParticipationProcess) -> list[StatedPurpose]:
    """In the order of the table. Recordings are none of a process that makes none and has none."""
    days = periods.of(process)
    own = {each.purpose: each.text for each in process.purpose_wordings.all()}
    return [
        StatedPurpose(
            each.code,
            each.what,
            own.get(each.code, each.why),
            each.basis,
            each.until(days),
            each.code in own,
        )
        for each in PURPOSES
        if each.code != "recordings" or _has_recordings(process)
    ]


def wording(process: ParticipationProcess, purpose: Purpose) -> LocalisedText:
    """The process's own words, empty if it has none."""
    found = process.purpose_wordings.filter(purpose=purpose.code).first()
    return found.text if found else LocalisedText()


@transaction.atomic
def reword(process: ParticipationProcess, purpose: Purpose, *, text: LocalisedText, by: User) -> bool:
    """Say why in these words; without any, in the house's again. Returns whether that is another text.

    Another text raises the version of the privacy notice: each consent names what the person read (GDPR
    Art. 7(1)), and who registers from now on reads this.
    """
    process_row.lock(process)
    clean = text.without_gaps()
    if clean == wording(process, purpose):
        return False
    if clean:
        PurposeWording.objects.update_or_create(
            process=process, purpose=purpose.code, defaults={"text": clean}
        )
    else:
        process.purpose_wordings.filter(purpose=purpose.code).delete()
    process_row.begin_notice_version(process)
    return True


def _has_recordings(process: ParticipationProcess) -> bool:
    return (
        process.may_record
        or Recording.objects.filter(
            meeting__workshop__series__field__process=process, deleted_at__isnull=True
        ).exists()
    )
