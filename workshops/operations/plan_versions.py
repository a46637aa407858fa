"""Versions of the plan: kept as it stands, read as it stood, adopted by the council, compared."""

import datetime
import logging

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ActionField, Goal, Guideline, Measure, ParticipationProcess, PlanVersion, User
from workshops.operations import plans
from workshops.plans.codec import UnreadablePlan, from_json, to_json
from workshops.plans.comparison import Comparison, Kind
from workshops.plans.content import PlanContent

logger = logging.getLogger(__name__)

UNREADABLE = _(
    "Fassung %(number)d hat eine neuere Version dieser Anwendung geschrieben; diese hier kann sie nicht "
    "lesen. Bitte der Betreuung der Website melden."
)


@transaction.atomic
def keep(
    process: ParticipationProcess, *, label: str = "", by: User, now: datetime.datetime | None = None
) -> PlanVersion:
    """A version of the plan as it stands now; it never changes.

    Refused with `nothing_new` if the latest version says the same: it would only look like another one.
    """
    ParticipationProcess.objects.select_for_update().get(pk=process.pk)
    _hold_still(process)
    content = to_json(plans.content_of(process))
    latest = process.plan_versions.order_by("-number").first()
    if latest is not None and latest.content == content:
        raise Refusal(
            "nothing_new",
            _("Seit Fassung %(number)d hat sich am Plan nichts geändert.") % {"number": latest.number},
        )
    last: int = process.plan_versions.aggregate(last=Max("number"))["last"] or 0
    return PlanVersion.objects.create(
        process=process,
        number=last + 1,
        label=" ".join(label.split()),
        content=content,
        created_at=now or timezone.now(),
        created_by=by,
    )


@transaction.atomic
def mark_adopted(
    version: PlanVersion, *, on: datetime.date | None, by: User, now: datetime.datetime | None = None
) -> None:
    """The council adopted it on that day of the process's zone; None: it didn't, after all.

    The public then reads this version (`adopted_version`). Refused with `in_the_future`.
    Who entered or took back last is kept; entered twice, it is what the first said.
    """
    version.refresh_from_db(from_queryset=PlanVersion.objects.select_for_update())
    now = now or timezone.now()
    today = now.astimezone(version.process.zone).date()
    if on is not None and on > today:
        raise Refusal("in_the_future", _("Der Tag des Beschlusses liegt noch vor uns."))
    if on == version.adopted_on:
        return
    version.adopted_on = on
    version.adoption_entered_at, version.adoption_entered_by = now, by
    version.save(update_fields=["adopted_on", "adoption_entered_at", "adoption_entered_by"])


def adopted_version(process: ParticipationProcess) -> PlanVersion | None:
    """The one that holds: adopted last."""
    adopted = process.plan_versions.filter(adopted_on__isnull=False)
    return adopted.order_by("adopted_on", "number").last()


def adopted_on(process: ParticipationProcess) -> datetime.date | None:
    """The day of the decision that holds, without loading what was decided."""
    days = process.plan_versions.filter(adopted_on__isnull=False).order_by("adopted_on")
    return days.values_list("adopted_on", flat=True).last()


def read(version: PlanVersion) -> PlanContent:
    """As it stood. Refused with `unreadable` if a newer house wrote it: after an update was taken back."""
    try:
        return from_json(version.content)
    except UnreadablePlan as error:
        logger.error("Plan version %d can't be read: %s", version.pk, error)
        raise Refusal("unreadable", UNREADABLE % {"number": version.number}) from None


def headline(comparison: Comparison) -> str:
    """ "3 neu, 1 zurückgezogen, 5 geändert": measures, in the reader's language."""
    n = comparison.counts
    parts = [
        ngettext("%(count)d neu", "%(count)d neu", n[Kind.NEW]) % {"count": n[Kind.NEW]},
        ngettext("%(count)d zurückgezogen", "%(count)d zurückgezogen", n[Kind.WITHDRAWN])
        % {"count": n[Kind.WITHDRAWN]},
        ngettext("%(count)d geändert", "%(count)d geändert", n[Kind.CHANGED]) % {"count": n[Kind.CHANGED]},
        ngettext("%(count)d verschoben", "%(count)d verschoben", n[Kind.MOVED]) % {"count": n[Kind.MOVED]},
    ]
    kinds = (Kind.NEW, Kind.WITHDRAWN, Kind.CHANGED, Kind.MOVED)
    told = [part for kind, part in zip(kinds, parts, strict=True) if n[kind]]
    if told:
        return gettext(", ").join(told)
    return renumbered(comparison) or gettext("Alle Maßnahmen sind unverändert.")


def renumbered(comparison: Comparison) -> str:
    """A sentence; "" if each measure that is in both has its number still."""
    count = len(comparison.renumbered)
    if not count:
        return ""
    return ngettext(
        "%(count)d Maßnahme hat eine neue Nummer.", "%(count)d Maßnahmen haben eine neue Nummer.", count
    ) % {"count": count}


def _hold_still(process: ParticipationProcess) -> None:
    """Whoever changes the plan waits: a version is one moment, not the sum of several.

    From the top down and by primary key, as the operations that change it lock.
    """
    for rows in (
        ActionField.objects.filter(process=process),
        Guideline.objects.filter(field__process=process),
        Goal.objects.filter(guideline__field__process=process),
        Measure.objects.filter(goal__guideline__field__process=process),
    ):
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
