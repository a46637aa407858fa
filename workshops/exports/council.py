"""The short paper for the council: how much there is, what changed, and the measures of each field."""

import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.exports.look import Look
from workshops.exports.plan_document import headline, measures_table, title_of
from workshops.exports.tree import Block, Cell, Document, Facts, Heading, Paragraph, Run, Table
from workshops.exports.voice import Voice
from workshops.plans.comparison import Comparison, Kind
from workshops.plans.content import PlanContent


def build(
    plan: PlanContent,
    *,
    comparison: Comparison | None,
    compared_with: str,
    state: Sequence[str],
    language: str,
    look: Look,
    made_at: datetime.datetime,
) -> Document:
    """`comparison`: with the last version that the council adopted, which `compared_with` names, if any."""
    voice = Voice(language)
    blocks: list[Block] = [Heading(1, (Run(_("Auf einen Blick")),)), headline(plan)]
    if comparison is not None:
        heading = _("Was sich seit dem letzten Beschluss ändert (%(version)s)") % {"version": compared_with}
        blocks += [Heading(1, (Run(heading),)), *_changes(comparison, voice)]
    for chapter in plan.chapters:
        blocks.append(voice.heading(1, chapter.name))
        if any(chapter.measures):
            blocks.append(measures_table(chapter.measures, voice))
        else:
            blocks.append(Paragraph((Run(_("Noch keine Maßnahme angenommen.")),), style="meta"))
    return Document(
        title=title_of(plan, voice),
        language=language,
        town=look.town,
        colour=look.colour,
        logo=look.logo,
        kicker=_("Kurzfassung für den Gemeinderat"),
        facts=tuple(state),
        blocks=(*blocks, *voice.notes()),
        made_at=made_at,
        page_word=_("Seite"),
    )


def _changes(comparison: Comparison, voice: Voice) -> Iterator[Block]:
    """Counted first, then measure by measure; whatever else has other words is said to have them."""
    counts = comparison.counts
    names = {
        Kind.NEW: _("neu"),
        Kind.WITHDRAWN: _("zurückgezogen"),
        Kind.CHANGED: _("geändert"),
        Kind.MOVED: _("verschoben"),
    }
    if comparison.is_empty:
        yield Paragraph((Run(_("Nichts.")),))
        return
    yield Facts(
        tuple(
            (_("Maßnahmen %(change)s") % {"change": name}, Cell((Run(str(counts[kind])),)))
            for kind, name in names.items()
            if counts[kind]
        ),
        are_figures=True,
    )
    if numbers := len(comparison.renumbered):
        told = ngettext(
            "%(count)d Maßnahme hat eine neue Nummer.", "%(count)d Maßnahmen haben eine neue Nummer.", numbers
        )
        yield Paragraph((Run(told % {"count": numbers}),))
    rows = tuple(
        (
            Cell((Run(change.number),)),
            voice.cell(change.title),
            voice.cell(chapter.name),
            Cell((Run(names[change.kind]),)),
        )
        for chapter in comparison.chapters
        for change in chapter.measure_changes
    )
    if rows:
        header = tuple(
            Cell((Run(name),)) for name in (_("Nr."), _("Maßnahme"), _("Handlungsfeld"), _("Änderung"))
        )
        yield Table(header, rows, (6, 34, 22, 14))
    frame = [change for chapter in comparison.chapters for change in chapter.frame_changes]
    if frame or comparison.words or any(each.words for each in comparison.chapters):
        yield Paragraph((Run(_("Auch Leitlinien, Ziele oder einleitende Texte haben sich geändert.")),))
    elif not comparison.has_lines:
        yield Paragraph(
            (Run(_("Am Wortlaut der Maßnahmen, Ziele und Leitlinien hat sich nichts geändert.")),)
        )
