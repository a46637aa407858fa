"""The minutes of one workshop as a document. Whatever it shows is fetched before, by the caller."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from workshops import dates, lists
from workshops.exports.look import Look
from workshops.exports.markdown import blocks_of
from workshops.exports.tree import Block, Cell, Document, Facts, Heading, Run, clean, direction_of
from workshops.exports.voice import Voice, typed
from workshops.models import AgendaItem, Measure, MeasureDetails, Minutes, ProposedMeasure, Workshop


def build(
    workshop: Workshop,
    minutes: Minutes | None,
    items: Sequence[AgendaItem],
    *,
    names: Sequence[str],
    attended: int,
    language: str,
    look: Look,
    made_at: datetime.datetime,
) -> Document:
    """`language` is the active one. `names`: of those who came and agreed to be named, nobody else's."""
    voice = Voice(language)
    process = workshop.process
    blocks: list[Block] = [
        Facts(
            tuple(
                (name, cell)
                for name, cell in (
                    (_("Handlungsfeld"), voice.cell(workshop.field.name)),
                    (_("Zeit"), Cell((Run(dates.placed_period_text(workshop, process)),))),
                    (_("Moderation"), typed(lists.listed(workshop.moderators.all()))),
                    (_("Teilgenommen haben"), Cell((Run(str(attended)),)) if attended else Cell(())),
                    (_("Davon wollten genannt werden"), typed(lists.listed(names))),
                    (_("Stand"), Cell((Run(_state(minutes, workshop)),))),
                )
                if cell.runs
            )
        )
    ]
    for number, item in enumerate(items, start=1):
        blocks += _item(item, number, voice)
    blocks += voice.notes()
    title = voice.plain(workshop.title) if workshop.title else str(workshop)
    return Document(
        title=title,
        language=language,
        town=look.town,
        colour=look.colour,
        logo=look.logo,
        kicker=_("Protokoll"),
        subtitle=voice.plain(process.name),
        blocks=tuple(blocks),
        made_at=made_at,
        page_word=_("Seite"),
    )


def _state(minutes: Minutes | None, workshop: Workshop) -> str:
    if minutes is not None and minutes.is_published and minutes.published_at is not None:
        return _("veröffentlicht am %(day)s") % {
            "day": dates.day_text(minutes.published_at, workshop.process)
        }
    if minutes is not None and minutes.is_in_review:
        return _("in Durchsicht, noch nicht veröffentlicht")
    return _("Entwurf, nicht veröffentlicht")


def _item(item: AgendaItem, number: int, voice: Voice) -> Iterator[Block]:
    title = " ".join(clean(item.title).split())
    yield Heading(1, (Run(title),), number=f"{number}.", direction=direction_of(title))
    parts = (
        (_("Diskussion"), item.text),
        (_("Ergebnisse"), item.points),
        (_("Vereinbarungen"), item.agreements),
    )
    for name, text in parts:
        if text.strip():
            yield Heading(2, (Run(name),))
            yield from blocks_of(text)
    proposals = list(item.proposed_measures.all())
    if proposals:
        yield Heading(2, (Run(_("Maßnahmenvorschläge")),))
        for proposal in proposals:
            yield from _proposal(proposal, voice)


def _proposal(proposal: ProposedMeasure, voice: Voice) -> Iterator[Block]:
    title = " ".join(clean(proposal.title).split())
    yield Heading(3, (Run(title),), direction=direction_of(title))
    yield from blocks_of(proposal.description)
    pairs = [*details_of(proposal), (_("Stand"), Cell((Run(proposal.get_status_display()),)))]
    if proposal.public_root is not None:
        pairs.append((_("Aufgegangen in"), typed(proposal.public_root.title)))
    if proposal.becomes is not None:
        pairs.append((_("Steht im Plan als"), voice.cell(proposal.becomes.title)))
    if proposal.is_decided and proposal.decision_reason:
        pairs.append((_("Begründung"), typed(proposal.decision_reason)))
    yield Facts(tuple(pairs))


def details_of(row: MeasureDetails) -> list[tuple[str, Cell]]:
    """What is known of a proposal or measure beside its title and description, with the fields' names."""
    return [(label_of(name), typed(getattr(row, name))) for name in row.DETAILS if getattr(row, name)]


def label_of(name: str) -> str:
    """What the forms call this detail of a measure."""
    field: Any = Measure._meta.get_field(name)
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]
