"""A notice or letter that invites to one workshop: to be printed, laid out, sent. Nobody's data is in it."""

import datetime

from django.utils.translation import gettext as _

from workshops import dates, lists
from workshops.exports.look import Look
from workshops.exports.tree import Block, Cell, Document, Facts, Heading, Listing, Paragraph, Run
from workshops.exports.voice import Voice, typed
from workshops.models import Workshop


def build(
    workshop: Workshop, *, address: str, language: str, look: Look, made_at: datetime.datetime
) -> Document:
    """`language` is the active one; `address`: of the workshop's public page, where one registers."""
    voice = Voice(language)
    process = workshop.process
    title = voice.plain(workshop.title) if workshop.title else str(workshop)
    contact = [process.contact_phone, process.contact_email]
    # Between left-to-right marks: an address's last slash would move to its front in an Arabic line.
    pairs: list[tuple[str, Cell]] = [
        (_("Wann"), Cell((Run(dates.placed_period_text(workshop, process), bold=True),))),
        (_("Wo"), Cell((Run(_where(workshop)),))),
        (_("Thema"), voice.cell(workshop.field.name)),
        (_("Moderation"), typed(lists.listed(workshop.moderators.all()))),
        (_("Plätze"), Cell((Run(str(workshop.capacity)),))),
        (_("Anmeldung"), Cell((Run(f"\u200e{address}\u200e", link=address),))),
        (_("Fragen"), typed(" · ".join(line for line in contact if line))),
    ]
    blocks: list[Block] = [
        Paragraph((Run(_("Guten Tag,")),)),
        Paragraph(
            (
                Run(
                    _("wir laden Sie herzlich ein, mitzureden: %(title)s. Die Teilnahme ist kostenlos.")
                    % {"title": title}
                ),
            )
        ),
        Facts(tuple(pair for pair in pairs if pair[1].runs)),
    ]
    if workshop.description:
        blocks += [Heading(1, (Run(_("Worum es geht")),)), *voice.blocks(workshop.description)]
    agenda = [item.title for item in workshop.agenda.all()]
    if agenda:
        items = tuple((_typed(each),) for each in agenda)
        blocks += [Heading(1, (Run(_("Was wir vorhaben")),)), Listing(items, is_ordered=True)]
    ways = [
        _("Melden Sie sich auf der Seite an. Den Link zur Videokonferenz bekommen Sie danach von uns."),
        _("Sagen Sie uns dabei, was Sie brauchen, um mitzureden: eine andere Sprache, Gebärdensprache …"),
    ]
    if process.contact_phone:
        ways.append(
            _("Ohne Internet? Rufen Sie uns an, dann melden wir Sie an: %(phone)s")
            % {"phone": process.contact_phone}
        )
    closing = (_("Mit freundlichen Grüßen"), voice.plain(process.name), process.town)
    blocks += [
        Heading(1, (Run(_("So machen Sie mit")),)),
        Listing(tuple((Paragraph((Run(line),)),) for line in ways)),
        Paragraph((Run("\n".join(closing)),)),
        *voice.notes(),
    ]
    return Document(
        title=title,
        language=language,
        town=look.town,
        colour=look.colour,
        logo=look.logo,
        kicker=_("Einladung zum Workshop"),
        subtitle=voice.plain(process.name),
        blocks=tuple(blocks),
        made_at=made_at,
        page_word=_("Seite"),
    )


def _typed(text: str) -> Paragraph:
    cell = typed(text)
    return Paragraph(cell.runs, direction=cell.direction)


def _where(workshop: Workshop) -> str:
    if workshop.phone:
        return _("als Videokonferenz, auch mit dem Telefon")
    return _("als Videokonferenz")
