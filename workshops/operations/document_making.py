"""What a worker does for one document: fetch what it is about, build it, write it.

Only `tasks.py` and commands import this: it loads every writer.
"""

import dataclasses
from collections.abc import Callable

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from workshops.errors import Refusal
from workshops.exports import (
    council,
    docx,
    html,
    invitation,
    measures,
    minutes_document,
    odt,
    opendata,
    pdf,
    plan_document,
    sheets,
    tree,
)
from workshops.exports.look import Look, look_of
from workshops.models import Document, PlanVersion, ProposedMeasure, Workshop
from workshops.operations import branding, open_data, plan_versions
from workshops.operations.documents import PROBLEMS, TABLES
from workshops.operations.plans import content_of
from workshops.plans import comparison
from workshops.plans.content import PlanContent

Tell = Callable[[int], None]
Variant, Format = Document.Variant, Document.Format


def make(document: Document, tell: Tell) -> bytes:
    """The file's bytes; `tell` hears percent. Refused with a code of `documents.PROBLEMS`."""
    process = document.process
    look = look_of(process, branding.of(process))
    with translation.override(document.language), timezone.override(process.zone):
        if document.format in TABLES:
            plan = _plan(document)
            tell(40)
            content = _table(plan, document, look)
        else:
            built = _BUILDERS[Variant(document.variant)](document, look)
            tell(40)
            content = write(built, Format(document.format))
    tell(95)
    return content


def write(built: tree.Document, kind: Document.Format) -> bytes:
    """`kind` is one of those for texts."""
    if kind == Format.PDF:
        return _pdf(built)
    return {Format.ODT: odt.write, Format.DOCX: docx.write, Format.HTML: html.write}[kind](built)


def _pdf(built: tree.Document) -> bytes:
    """Characters that no font has aren't left out in silence: the last line names them."""
    made = pdf.write(built)
    if not made.missing:
        return made.content
    names = "; ".join(made.missing_names[:20])
    note = _("%(sign)s steht für Zeichen, die dieses PDF nicht zeigen kann: %(names)s") % {
        "sign": "\ufffd",
        "names": names,
    }
    blocks = (*built.blocks, tree.Paragraph((tree.Run(note),), style="meta"))
    return pdf.write(dataclasses.replace(built, blocks=blocks)).content


# --- the plan -------------------------------------------------------------------------------------


def _plan(document: Document) -> PlanContent:
    """Of the version asked for, or as it stands; one field's only, if it is about that."""
    version = document.plan_version
    plan = content_of(document.process) if version is None else _read(version)
    if document.field_id is not None:
        chapters = tuple(each for each in plan.chapters if each.id == document.field_id)
        plan = dataclasses.replace(plan, chapters=chapters)
    if not plan.chapters:
        raise Refusal("nothing_in_it", PROBLEMS["nothing_in_it"])
    return plan


def _read(version: PlanVersion) -> PlanContent:
    try:
        return plan_versions.read(version)
    except Refusal:
        raise Refusal("unreadable", PROBLEMS["unreadable"]) from None


def _state(document: Document) -> list[str]:
    version = document.plan_version
    if version is None:
        today = timezone.localtime(document.requested_at).date()
        return [_("Arbeitsstand vom %(day)s") % {"day": plan_document.day(today)}]
    lines = [_named(version)]
    if version.adopted_on is not None:
        lines.append(
            _("Vom Gemeinderat beschlossen am %(day)s") % {"day": plan_document.day(version.adopted_on)}
        )
    return lines


def _named(version: PlanVersion) -> str:
    created = plan_document.day(timezone.localtime(version.created_at).date())
    name = _("Fassung %(number)d vom %(day)s") % {"number": version.number, "day": created}
    return f"{name}: {version.label}" if version.label else name


def _whole(document: Document, look: Look) -> tree.Document:
    return plan_document.whole(
        _plan(document),
        state=_state(document),
        language=document.language,
        look=look,
        made_at=document.requested_at,
    )


def _field(document: Document, look: Look) -> tree.Document:
    plan = _plan(document)
    return plan_document.one_field(
        plan,
        plan.chapters[0],
        state=_state(document),
        language=document.language,
        look=look,
        made_at=document.requested_at,
    )


def _council(document: Document, look: Look) -> tree.Document:
    """Compared with what the council adopted last, before the version that it is about."""
    plan = _plan(document)
    version = document.plan_version
    adopted = document.process.plan_versions.filter(adopted_on__isnull=False).order_by(
        "-adopted_on", "-number"
    )
    if version is not None:
        adopted = adopted.filter(number__lt=version.number)
    last = adopted.first()
    return council.build(
        plan,
        comparison=None if last is None else comparison.compare(_read(last), plan),
        compared_with="" if last is None else _named(last),
        state=_state(document),
        language=document.language,
        look=look,
        made_at=document.requested_at,
    )


def _table(plan: PlanContent, document: Document, look: Look) -> bytes:
    if document.format in (Format.XLSX, Format.ODS):
        sheet = measures.sheet(plan, language=document.language, look=look, made_at=document.requested_at)
        return sheets.xlsx(sheet) if document.format == Format.XLSX else sheets.ods(sheet)
    rows = measures.rows(plan)
    if document.format == Format.CSV:
        return opendata.write_csv(rows, languages=[code for code, _name in settings.LANGUAGES])
    return opendata.write_json(rows, about=open_data.about(document.process))


# --- a workshop -----------------------------------------------------------------------------------


def _minutes(document: Document, look: Look) -> tree.Document:
    """As they stand: staff may take a draft along, and it says that it is one."""
    workshop = _workshop(document)
    proposals = ProposedMeasure.objects.select_related(
        "measure", "merged_into__measure", "merged_into__item__workshop__minutes"
    ).order_by("created_at", "pk")
    items = list(workshop.agenda.prefetch_related(Prefetch("proposed_measures", proposals)))
    if not items:
        raise Refusal("nothing_in_it", PROBLEMS["nothing_in_it"])
    came = workshop.registrations.attended()
    agreed = workshop.registrations.named_in_minutes().order_by("participant__name", "pk")
    return minutes_document.build(
        workshop,
        getattr(workshop, "minutes", None),
        items,
        names=list(agreed.values_list("participant__name", flat=True)),
        attended=came.count() + workshop.phone_guests.count(),
        language=document.language,
        look=look,
        made_at=document.requested_at,
    )


def _invitation(document: Document, look: Look) -> tree.Document:
    workshop = _workshop(document)
    where = reverse("workshops:workshop", args=[workshop.process.slug, workshop.field.slug, workshop.number])
    return invitation.build(
        workshop,
        address=settings.PUBLIC_URL + where,
        language=document.language,
        look=look,
        made_at=document.requested_at,
    )


def _workshop(document: Document) -> Workshop:
    return (
        Workshop.objects.select_related("series__field__process", "minutes", "room")
        .prefetch_related("moderators", "agenda")
        .get(pk=document.workshop_id or 0)
    )


_BUILDERS: dict[Document.Variant, Callable[[Document, Look], tree.Document]] = {
    Variant.PLAN: _whole,
    Variant.COUNCIL: _council,
    Variant.FIELD: _field,
    Variant.MINUTES: _minutes,
    Variant.INVITATION: _invitation,
}
