"""The process itself and its action fields: made, described, put in order."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ActionField, LocalisedText, ParticipationProcess, User
from workshops.operations import process_row, recordings


class ProcessDetails(TypedDict, total=False):
    """What staff may say about a process; the privacy notice and the slug have doors of their own."""

    name: LocalisedText
    introduction: LocalisedText
    town: str
    partners: list[str]
    time_zone: str
    subdivision: str
    contact_email: str
    contact_phone: str
    imprint: LocalisedText
    parallel_rooms: int
    hold_hours: int
    promotion_ends_hours: int
    opens_minutes: int
    opens_minutes_moderators: int
    may_record: bool
    review_days: int
    points_each: int
    invitations_need_release: bool
    is_public: bool
    content_languages: list[str]


@transaction.atomic
def create(
    *,
    slug: str,
    by: User,
    privacy_notice: LocalisedText | None = None,
    **details: Unpack[ProcessDetails],
) -> ParticipationProcess:
    if ParticipationProcess.objects.filter(slug=slug).exists():
        raise Refusal("slug_taken", _("Diese Kurzadresse ist vergeben. Bitte eine andere wählen."))
    return ParticipationProcess.objects.create(
        slug=slug, privacy_notice=privacy_notice or LocalisedText(), **details
    )


@transaction.atomic
def change(process: ParticipationProcess, *, by: User, **details: Unpack[ProcessDetails]) -> list[str]:
    """Take over these details; returns the names of those that differed.

    Where recordings aren't allowed any more, those announced are withdrawn, and everyone is told. Where they
    are from now on, the privacy notice has one purpose more, and so another version.
    """
    process_row.lock(process)
    changed = [name for name, value in details.items() if getattr(process, name) != value]
    for name in changed:
        setattr(process, name, details[name])  # type: ignore[literal-required]
    if changed:
        process.save(update_fields=changed)
    if "may_record" in changed and process.may_record:
        process_row.begin_notice_version(process)
    if "may_record" in changed and not process.may_record:
        recordings.withdraw_all(process, by=by, now=timezone.now())
    return changed


@transaction.atomic
def change_privacy_notice(process: ParticipationProcess, *, text: LocalisedText, by: User) -> bool:
    """Another text is another version: each consent names the one that the person read (GDPR Art. 7(1)).

    Returns whether the version was raised.
    """
    process_row.lock(process)
    clean = text.without_gaps()
    if clean == process.privacy_notice:
        return False
    process.privacy_notice = clean
    process.save(update_fields=["privacy_notice"])
    process_row.begin_notice_version(process)
    return True


@transaction.atomic
def add_field(
    process: ParticipationProcess, *, slug: str, name: LocalisedText, description: LocalisedText, by: User
) -> ActionField:
    """A further action field, last in order."""
    process_row.lock(process)
    _refuse_taken(process, slug)
    last = process.fields.order_by("-position").values_list("position", flat=True).first() or 0
    return ActionField.objects.create(
        process=process, slug=slug, name=name, description=description, position=last + 1
    )


@transaction.atomic
def change_field(
    field: ActionField, *, slug: str, name: LocalisedText, description: LocalisedText, by: User
) -> None:
    process_row.lock(field.process)
    if slug != field.slug:
        _refuse_taken(field.process, slug)
    field.slug, field.name, field.description = slug, name, description
    field.save(update_fields=["slug", "name", "description"])


@transaction.atomic
def reorder_fields(process: ParticipationProcess, *, order: Sequence[int], by: User) -> None:
    """Put the fields in this order of primary keys; it must name each of them once."""
    process_row.lock(process)
    fields = {field.pk: field for field in process.fields.all()}
    if len(order) != len(fields) or set(order) != set(fields):
        raise Refusal(
            "not_all_fields",
            _("Die Handlungsfelder haben sich inzwischen geändert. Bitte die Reihenfolge neu festlegen."),
        )
    # First out of the way, then into place: positions are unique at every moment.
    beyond = max((field.position for field in fields.values()), default=0)
    for start in (beyond, 0):
        for index, pk in enumerate(order, start=1):
            fields[pk].position = start + index
            fields[pk].save(update_fields=["position"])


@transaction.atomic
def delete_field(field: ActionField, *, by: User) -> None:
    """Only a field on which nothing rests yet."""
    process_row.lock(field.process)
    if (
        hasattr(field, "series")
        or field.survey_answers.exists()
        or field.survey_comments.exists()
        or field.guidelines.exists()
    ):
        raise Refusal(
            "field_in_use",
            _("Zu diesem Handlungsfeld gibt es schon Antworten, Workshops oder Leitlinien. Es bleibt."),
        )
    field.delete()


def _refuse_taken(process: ParticipationProcess, slug: str) -> None:
    if process.fields.filter(slug=slug).exists():
        raise Refusal("slug_taken", _("Diese Kurzadresse hat schon ein anderes Handlungsfeld."))
