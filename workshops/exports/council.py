"""The short paper for the council: how much there is, what changed, and the measures of each field."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from workshops.exports.look import Look
from workshops.exports.plan_document import headline, measures_table, title_of
from workshops.exports.tree import Block, Document, Heading, Listing, Paragraph, Run
from workshops.exports.voice import Voice
from workshops.plans.content import PlanContent


def build(
    plan: PlanContent,
    *,
    changes: Sequence[str],
    compared_with: str,
    state: Sequence[str],
    language: str,
    look: Look,
    made_at: datetime.datetime,
) -> Document:
    """`compared_with`: the last version that the council adopted, in words; empty: there is none."""
    voice = Voice(language)
    blocks: list[Block] = [Heading(1, (Run(_("Auf einen Blick")),)), headline(plan)]
    if compared_with:
        blocks.append(
            Heading(1, (Run(_("Was sich seit der %(version)s ändert") % {"version": compared_with}),))
        )
        if changes:
            blocks.append(Listing(tuple((Paragraph((Run(line),)),) for line in changes)))
        else:
            blocks.append(Paragraph((Run(_("Nichts.")),)))
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
