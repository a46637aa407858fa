"""What must hold before a workshop changes. Each locks or refuses; none writes.

Lock order: survey → process → series → workshop → room → registration. Whoever needs several workshops
locks them all before the first room, and whoever needs several rooms locks them all at once.
"""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ConferenceRoom, ParticipationProcess, Survey, User, Workshop


def require_open_gate(process: ParticipationProcess, *, now: datetime.datetime) -> None:
    """Refuse unless series of this process may be planned now (`Survey.gate_is_open`).

    It stays open until the transaction ends. The first lock of an operation: see `lock_survey`.
    """
    survey = lock_survey(process)
    if survey is None or not survey.gate_is_open(now):
        raise Refusal(
            "gate_shut",
            _(
                "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist. "
                "Bitte zuerst die Umfrage auswerten oder mit Begründung darauf verzichten."
            ),
        )


def lock_survey(process: ParticipationProcess) -> Survey | None:
    """Lock the survey's row, if there is one: whoever moves its end or takes answers in waits, or we do.

    NO KEY: rows that merely point to the survey can still be written meanwhile.
    """
    return Survey.objects.select_for_update(no_key=True).filter(process=process).first()


def lock_workshop(workshop: Workshop) -> None:
    """Lock the row and bring the instance up to date; its series, field and process come along.

    Its room doesn't: who waited for the lock would get the room's row as it was before, or none if the
    workshop has moved meanwhile (PostgreSQL reads joined rows from the statement's snapshot).
    """
    workshop.refresh_from_db(
        from_queryset=Workshop.objects.select_for_update(of=("self",)).select_related(
            "series__field__process"
        )
    )


def refuse_ended(workshop: Workshop, now: datetime.datetime) -> None:
    if workshop.is_cancelled:
        raise Refusal("cancelled", _("Dieser Workshop ist abgesagt. Daran ändert sich nichts mehr."))
    if workshop.is_over(now):
        raise Refusal("over", _("Dieser Workshop ist vorbei. Daran ändert sich nichts mehr."))


def refuse_double_booking(workshop: Workshop, moderators: Iterable[User]) -> None:
    """Nobody leads two published workshops at once."""
    # Two staff members may give the same moderator two workshops at the same moment: one waits here.
    # NO KEY: rows that merely name them (who wrote the minutes) can still be written meanwhile.
    people = User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk for user in moderators])
    for user in people.order_by("pk"):
        other = (
            Workshop.objects.published()
            .led_by(user)
            .filter(starts_at__lt=workshop.ends_at, ends_at__gt=workshop.starts_at)
            .exclude(pk=workshop.pk)
            .select_related("series__field")
            .first()
        )
        if other is not None:
            raise Refusal(
                "double_booked",
                _("%(name)s leitet zu dieser Zeit schon den Workshop „%(other)s“.")
                % {"name": user, "other": other},
                workshop=other,
                moderator=user,
            )


def lock_room(pk: int) -> ConferenceRoom:
    """As it is now: whoever gives the same room to another workshop, or changes it, waits."""
    return ConferenceRoom.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_rooms(pks: Iterable[int | None]) -> list[ConferenceRoom]:
    """All of them, in one order for everybody."""
    found = ConferenceRoom.objects.select_for_update(of=("self",)).filter(pk__in=[pk for pk in pks if pk])
    return list(found.order_by("pk"))
