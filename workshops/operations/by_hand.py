"""Changes that staff make by hand: each names at once which rules of planning it breaks.

Each takes the keys of the conflicts that the person has seen and accepts (`accepted`), and refuses with
`conflicts` if there is any other. Nothing else may change the times and moderators of drafts, or publish
a single one, from a page; `operations.workshops` does the work and guards what nobody may accept.
"""

import datetime
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, User, Workshop, WorkshopSeries
from workshops.operations import series as series_operations
from workshops.operations import workshops
from workshops.operations.conflicts import Conflict, conflicts_of, refuse_unseen
from workshops.operations.guards import lock_survey
from workshops.planning.verify import Breach

NEW_TIME = _("Der neue Termin verletzt Regeln der Planung.")


@transaction.atomic
def add(
    series: WorkshopSeries,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    accepted: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> Workshop:
    """One more draft. That nobody leads it yet is no conflict of its time."""
    now = now or timezone.now()
    lock_survey(series.process)
    _lock_process(series.process)
    added = workshops.add_by_hand(series, starts_at=starts_at, ends_at=ends_at, by=by, now=now)
    _refuse_unseen(added, accepted=accepted, sentence=NEW_TIME, now=now, leaders_too=False)
    return added


@transaction.atomic
def move(
    workshop: Workshop,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    moderators: Iterable[User],
    by: User,
    accepted: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> None:
    """Put a draft elsewhere, and pin it there: a person decided it.

    All that concerns citizens is checked again on publication.
    """
    now = now or timezone.now()
    _lock_process(workshop.process)
    workshops.reschedule(workshop, starts_at=starts_at, ends_at=ends_at, by=by, now=now)
    if not workshop.is_draft:
        raise Refusal("not_a_draft", _("Dieser Workshop ist schon veröffentlicht."))
    workshops.assign_moderators(workshop, moderators=moderators, by=by, now=now)
    series_operations.pin(workshop, by=by)
    _refuse_unseen(workshop, accepted=accepted, sentence=NEW_TIME, now=now)


@transaction.atomic
def reschedule(
    workshop: Workshop,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    accepted: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> None:
    """Another time for a draft or for what citizens know of. Who leads it is another page's question."""
    now = now or timezone.now()
    _change(
        workshop,
        lambda: workshops.reschedule(workshop, starts_at=starts_at, ends_at=ends_at, by=by, now=now),
        accepted=accepted,
        sentence=NEW_TIME,
        now=now,
        leaders_too=False,
    )


@transaction.atomic
def assign_moderators(
    workshop: Workshop,
    *,
    moderators: Iterable[User],
    by: User,
    accepted: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> None:
    """Exactly these lead it."""
    now = now or timezone.now()
    _change(
        workshop,
        lambda: workshops.assign_moderators(workshop, moderators=moderators, by=by, now=now),
        accepted=accepted,
        sentence=_("Diese Moderation verletzt Regeln der Planung."),
        now=now,
    )


@transaction.atomic
def publish(
    workshop: Workshop,
    *,
    by: User,
    accepted: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> None:
    """One draft, alone. (All of them: `series.publish_proposal`.)"""
    now = now or timezone.now()
    lock_survey(workshop.process)
    _lock_process(workshop.process)
    drafts, found = conflicts(workshop, now=now)
    workshops.publish(workshop, by=by, now=now)
    refuse_unseen(
        found,
        drafts,
        accepted=accepted,
        sentence=_("Der Workshop verletzt Regeln der Planung. Bitte ändern oder ausdrücklich hinnehmen."),
    )


def conflicts(
    workshop: Workshop, *, now: datetime.datetime | None = None
) -> tuple[list[Workshop], list[Conflict]]:
    """What is judged (the drafts, and the workshop), and what of it the workshop breaks as it stands."""
    now = now or timezone.now()
    process = workshop.process
    judged = series_operations.drafts_of(process)
    today = now.astimezone(process.zone).date()
    if workshop.is_published:
        judged.append(workshop)
        # New workshops begin tomorrow at the earliest; one that is known may still move within today.
        today -= datetime.timedelta(days=1)
    mine = {index for index, one in enumerate(judged) if one.pk == workshop.pk}
    if not mine:
        # Cancelled, or published meanwhile: the operation refuses.
        return judged, []
    found = conflicts_of(process, judged, today=today)
    return judged, [one for one in found if mine.intersection(one.violation.placements)]


def _change(
    workshop: Workshop,
    change: Callable[[], None],
    *,
    accepted: Collection[str],
    sentence: object,
    now: datetime.datetime,
    leaders_too: bool = True,
) -> None:
    """What was broken already isn't the change's doing."""
    _lock_process(workshop.process)
    before = {one.key for one in conflicts(workshop, now=now)[1]}
    change()
    _refuse_unseen(
        workshop,
        accepted=accepted,
        sentence=sentence,
        now=now,
        apart_from=before,
        leaders_too=leaders_too,
    )


def _refuse_unseen(
    workshop: Workshop,
    *,
    accepted: Collection[str],
    sentence: object,
    now: datetime.datetime,
    apart_from: Collection[str] = (),
    leaders_too: bool = True,
) -> None:
    judged, found = conflicts(workshop, now=now)
    found = [one for one in found if one.key not in apart_from]
    if not leaders_too:
        found = [one for one in found if one.violation.breach is not Breach.MODERATORS_NEEDED]
    refuse_unseen(found, judged, accepted=accepted, sentence=sentence)


def _lock_process(process: ParticipationProcess) -> None:
    """Two changes at once would not see each other, and break a rule together that neither breaks alone."""
    ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
