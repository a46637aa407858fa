"""A campaign's text: its placeholders, and one mail of it made ready for thousands of readers.

Placeholders are replaced, never evaluated; which there are is the closed list below.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.template import Context, Engine
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Channel, InvitationCampaign
from notifications.results import page_url
from workshops import dates, lists
from workshops.models import Workshop
from workshops.templatetags.localised import marked, named

# What staff may write in subject and text.
PLACEHOLDERS = {
    "greeting": gettext_lazy("„Guten Tag“ mit dem Namen, wenn wir ihn kennen"),
    "name": gettext_lazy("Name der Person; nichts, wenn wir ihn nicht kennen"),
    "process": gettext_lazy("Name des Beteiligungsprozesses"),
    "field": gettext_lazy("Name des Handlungsfelds (beim ganzen Prozess leer)"),
    "town": gettext_lazy("Stadt oder Gemeinde"),
    "link": gettext_lazy("Adresse der Seite, die zeigt, worum es geht"),
    "register_link": gettext_lazy("Adresse der Seite, auf der man sich anmeldet"),
}
# … and if the campaign is about one workshop.
WORKSHOP_PLACEHOLDERS = {
    "workshop": gettext_lazy("Titel des Workshops"),
    "date": gettext_lazy("Tag und Uhrzeit des Workshops"),
}
# A name that isn't known takes the space before it away: "Guten Tag {name}," becomes "Guten Tag,".
_SPACED_NAME = re.compile(r"[ \u00a0]\{name\}")
_BRACES = re.compile(r"\{([^{}]*)\}")


def placeholders(*, with_workshop: bool) -> dict[str, object]:
    """What may be written, and what it becomes."""
    return {**PLACEHOLDERS, **(WORKSHOP_PLACEHOLDERS if with_workshop else {})}


def unknown_placeholders(text: str, *, with_workshop: bool = False) -> list[str]:
    """Whatever stands in braces and isn't on the list, and braces that don't pair, in order."""
    known = placeholders(with_workshop=with_workshop)
    unknown = [name for name in _BRACES.findall(text) if name not in known]
    return unknown + re.findall(r"[{}]", _BRACES.sub("", text))


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom one mail is for. `unsubscribe_url` is empty for staff, who look at it first."""

    name: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


class Invitation:
    """A campaign in one language, its templates rendered once; `for_reader` only fills in the person."""

    def __init__(
        self,
        campaign: InvitationCampaign,
        *,
        language: str,
        reader_language: str,
        is_for_staff: bool = False,
        channel: Channel = Channel.EMAIL,
    ) -> None:
        """`language` is the mail's own (footer); the campaign's text comes in the reader's, if it has one.
        Staff see where the link to unsubscribe will be. The caller has activated `language`."""
        # Random, so that nobody's name can contain one.
        mark = secrets.token_hex(8)
        self._greeted, self._unsubscribe = f"{mark}greeted", f"{mark}unsubscribe"
        self._name, self._spaced_name = f"{mark}name", f"{mark}spaced"
        shown = campaign.text.shown_language(reader_language)
        process, workshop = campaign.process, campaign.workshop
        field = workshop.field if workshop else campaign.field
        with translation.override(shown):
            fixed = {
                "greeting": self._greeted,
                "name": self._name,
                "process": str(process.name),
                "field": str(field.name) if field else "",
                "town": process.town,
                **(_of_workshop(workshop, campaign) if workshop else {}),
            }
            # What stands in another language than the text around it says so.
            marked_up = {name: escape(value) for name, value in fixed.items()} | {
                "process": marked(process.name),
                "field": marked(field.name) if field else "",
                **({"workshop": named(workshop)} if workshop else {}),
            }
            # A subject is short: the text says whose time it is.
            brief = {"date": dates.period_text(workshop, process)} if workshop else {}
        links = _links(campaign)
        self._greeting, self._nameless = _greetings(shown)
        subject = _SPACED_NAME.sub(self._spaced_name, campaign.subject.in_language(reader_language))
        self._subject = " ".join(_filled(subject, {**fixed, **brief, **dict.fromkeys(links, "")}).split())
        written = campaign.text.in_language(reader_language).replace("\r\n", "\n").strip()
        written = _SPACED_NAME.sub(self._spaced_name, written)
        values = {
            # Said or printed instead of mailed: without greeting, sign-off and what only mails need.
            "channel": "" if channel == Channel.EMAIL else channel.value,
            "process": process,
            "contact_email": process.contact_email,
            "contact_phone": process.contact_phone,
            "unsubscribe_url": "" if is_for_staff else self._unsubscribe,
            "written": _filled(written, {**fixed, **links}),
            "paragraphs": [
                _filled_html(part.strip(), marked_up, links)
                for part in re.split(r"\n\s*\n", written)
                if part.strip()
            ],
            # Said in the reader's own language, above a text that isn't.
            "fallback": "" if shown == language else lists.language_named(shown),
            "text_language": shown,
            "text_direction": "rtl" if translation.get_language_info(shown)["bidi"] else "ltr",
            **frame(language),
        }
        self._text = rendered("invitation.body.txt", values)
        self._html = rendered("invitation.body.html", values)

    def for_reader(self, reader: Reader) -> Written:
        name = " ".join(reader.name.split())
        greeting = self._greeting % {"name": name} if name else self._nameless
        plain = {
            self._greeted: greeting,
            self._unsubscribe: reader.unsubscribe_url,
            self._name: name,
            self._spaced_name: f" {name}" if name else "",
        }
        marked_up = {mark: escape(value) for mark, value in plain.items()}
        return Written(
            _replaced(self._subject, plain), _replaced(self._text, plain), _replaced(self._html, marked_up)
        )


def frame(language: str) -> dict[str, str]:
    """What every template's outermost element needs."""
    bidi = translation.get_language_info(language)["bidi"]
    return {"language": language, "direction": "rtl" if bidi else "ltr"}


def rendered(name: str, values: Mapping[str, object]) -> str:
    """A mail's template; `.txt` without HTML escaping and without the gaps that tags leave."""
    template = Engine.get_default().get_template(f"notifications/emails/{name}")
    text = str(template.render(Context(dict(values), autoescape=name.endswith(".html"))))
    if name.endswith(".txt"):
        lines = "\n".join(line.strip() for line in text.splitlines())
        text = re.sub(r"\n{3,}", "\n\n", lines)
    return text.strip() + "\n"


def _greetings(language: str) -> tuple[str, str]:
    with translation.override(language):
        return _("Guten Tag %(name)s"), _("Guten Tag")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def _filled_html(text: str, values: Mapping[str, str], links: Mapping[str, str]) -> str:
    """`values` are HTML."""
    anchors = {name: f'<a href="{escape(link)}">{escape(link)}</a>' for name, link in links.items()}
    return _filled(escape(text), {**values, **anchors}).replace("\n", "<br>\n")


def _links(campaign: InvitationCampaign) -> dict[str, str]:
    """The page that tells what it is about, and the one on which one registers for it."""
    slug, workshop, field = campaign.process.slug, campaign.workshop, campaign.field
    register = page_url("workshops:register", slug)
    if workshop:
        page = page_url("workshops:workshop", slug, workshop.field.slug, workshop.number)
        return {"link": page, "register_link": f"{register}?workshop={workshop.pk}"}
    page = page_url("workshops:field", slug, field.slug) if field else page_url("workshops:process", slug)
    return {"link": page, "register_link": register}


def _of_workshop(workshop: Workshop, campaign: InvitationCampaign) -> dict[str, str]:
    workshop.series.field.process = campaign.process
    return {"workshop": str(workshop), "date": dates.placed_period_text(workshop, campaign.process)}


def _replaced(text: str, values: Mapping[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text
