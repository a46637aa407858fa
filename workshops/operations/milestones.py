"""Milestones of a measure: days by which it shall have come so far.

A change of day or words raises the revision, so that subscribed calendars take it over; that a milestone was
reached is shown there too.
"""

import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import LocalisedText, Measure, Milestone, User

# A measure with more is a plan of its own.
MOST_OF_A_MEASURE = 50


@transaction.atomic
def add(
    measure: Measure,
    *,
    on: datetime.date,
    title: LocalisedText,
    by: User,
    now: datetime.datetime | None = None,
) -> Milestone:
    """A further one. The same day with the same words twice is one (a second click)."""
    list(Measure.objects.select_for_update().filter(pk=measure.pk))
    title = _clean(title)
    known = measure.milestones.filter(on=on)
    for each in known:
        if each.title == title:
            return each
    if measure.milestones.count() >= MOST_OF_A_MEASURE:
        raise Refusal(
            "too_many_milestones",
            _("Eine Maßnahme hat höchstens %(most)d Meilensteine.") % {"most": MOST_OF_A_MEASURE},
        )
    return Milestone.objects.create(measure=measure, on=on, title=title, changed_at=now or timezone.now())


@transaction.atomic
def change(
    milestone: Milestone,
    *,
    on: datetime.date,
    title: LocalisedText,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    _lock(milestone)
    title = _clean(title)
    if (on, title) == (milestone.on, milestone.title):
        return
    milestone.on, milestone.title = on, title
    _save(milestone, "on", "title", now=now)


@transaction.atomic
def mark_reached(
    milestone: Milestone, *, on: datetime.date | None, by: User, now: datetime.datetime | None = None
) -> None:
    """Reached on that day; None: not yet, after all."""
    _lock(milestone)
    if milestone.reached_on == on:
        return
    milestone.reached_on = on
    _save(milestone, "reached_on", now=now)


@transaction.atomic
def remove(milestone: Milestone, *, by: User) -> None:
    """It vanishes from subscribed calendars with their next look."""
    Milestone.objects.filter(pk=milestone.pk).delete()


def _save(milestone: Milestone, *names: str, now: datetime.datetime | None) -> None:
    milestone.revision += 1
    milestone.changed_at = now or timezone.now()
    milestone.save(update_fields=[*names, "revision", "changed_at"])


def _lock(milestone: Milestone) -> None:
    try:
        milestone.refresh_from_db(from_queryset=Milestone.objects.select_for_update())
    except ObjectDoesNotExist:
        raise Refusal("removed", _("Dieser Meilenstein wurde inzwischen entfernt.")) from None


def _clean(title: LocalisedText) -> LocalisedText:
    clean = LocalisedText({code: " ".join(words.split()) for code, words in title.items() if words.strip()})
    if not clean:
        raise Refusal("no_title", _("Bitte sagen, was bis dahin erreicht sein soll."))
    return clean
