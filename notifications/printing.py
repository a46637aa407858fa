"""Deliveries → letters: whose, in which language, which words; one letter for all that a person hears."""

import datetime
import itertools
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications import emails, letters, personal
from notifications.letters import Letter, Part
from notifications.models import Channel, Delivery
from workshops import dates, links
from workshops.models import Participant, ParticipationProcess, PersonalLink


def letters_for(
    process: ParticipationProcess, deliveries: Sequence[Delivery], *, now: datetime.datetime
) -> list[tuple[Participant, Letter]]:
    """A letter for each person among them (sorted by person) whose postal address is known."""
    writer = emails.Writer()
    writer.expect(deliveries)
    made = []
    for _key, of_person in itertools.groupby(deliveries, key=lambda delivery: delivery.participant_id):
        rows = list(of_person)
        person = rows[0].participant
        if person is not None and person.address_lines:
            made.append((person, _letter(process, person, rows, writer=writer, now=now)))
    return made


def pdf(process: ParticipationProcess, found: Sequence[tuple[Participant, Letter]]) -> bytes:
    """All letters in one document. Raises `letters.Unprintable`."""
    return letters.pdf(
        [letter for _person, letter in found], title=_("Briefe: %(process)s") % {"process": process}
    )


def unprintable(found: Sequence[tuple[Participant, Letter]]) -> list[tuple[Participant, str]]:
    """Those whose letters hold a character that no font has, with the character."""
    failed = []
    for person, letter in found:
        try:
            letters.pdf([letter], title="–")
        except letters.Unprintable as error:
            failed.append((person, error.character))
    return failed


def _letter(
    process: ParticipationProcess,
    person: Participant,
    rows: Sequence[Delivery],
    *,
    writer: emails.Writer,
    now: datetime.datetime,
) -> Letter:
    language = emails.language_of(person.language)
    words = [writer.words(delivery, channel=Channel.LETTER) for delivery in rows]
    name = personal.spoken_name(person, by_mail=False)
    with translation.override(language), timezone.override(process.zone):
        is_one = len(words) == 1
        link = links.make(person, PersonalLink.Scope.MANAGE)
        link.participant = person
        return Letter(
            recipient=[line for line in (person.name, person.organisation) if line] + person.address_lines,
            sender=f"{process.town} · {process}",
            information=[
                line
                for line in (
                    process.town,
                    process.contact_phone,
                    process.contact_email,
                    dates.date_text(timezone.localtime(now)),
                )
                if line
            ],
            language=language,
            is_right_to_left=translation.get_language_bidi(),
            subject=words[0].subject if is_one else _("Ihre Workshops"),
            greeting=_("Guten Tag %(name)s,") % {"name": name} if name else _("Guten Tag,"),
            parts=[Part("" if is_one else each.subject, each.text) for each in words],
            link=links.url_of(link),
            link_text=_("Ihre Anmeldungen ansehen, ändern oder sich abmelden (bitte nicht weitergeben):"),
            qr_text=_("QR-Code mit Ihrem persönlichen Link"),
            closing=[_("Mit freundlichen Grüßen"), str(process), process.town],
        )
