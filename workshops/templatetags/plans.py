"""Contents of a plan (`workshops.plans`) in templates: texts by language, names of what can change."""

from django import template
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext_lazy

from workshops.models import LocalisedText, Measure
from workshops.plans.comparison import FieldChange
from workshops.plans.content import MeasureContent, Texts
from workshops.templatetags.localised import typed_attributes

register = template.Library()

_NAMES = {
    "process_name": gettext_lazy("Name des Prozesses"),
    "town": gettext_lazy("Kommune"),
    "plan_partners": gettext_lazy("Partner des Prozesses"),
    "title": gettext_lazy("Titel"),
    "introduction": gettext_lazy("Einleitung"),
    "text": gettext_lazy("Wortlaut"),
    "name": gettext_lazy("Name"),
    "figures": gettext_lazy("Zahlen"),
    "description": gettext_lazy("Beschreibung"),
    "status": gettext_lazy("Stand"),
    "origins": gettext_lazy("Herkunft"),
    "milestones": gettext_lazy("Meilensteine"),
    "survey_comments": gettext_lazy("Kommentare aus der Umfrage"),
}

# <bdi>: our word before it doesn't decide in which direction the text runs (dir="auto").
# Its language is the page's, the text around may be in another one.
_CHANGED = '<{}><bdi class="visually-hidden" lang="{}">[{}: </bdi>{}<bdi class="visually-hidden">]</bdi></{}>'


@register.filter
def texts(value: Texts) -> LocalisedText:
    """For `marked`, `lang_attributes` and whatever else shows a text kept by language."""
    return LocalisedText(value)


@register.filter
def named_details(measure: MeasureContent) -> list[tuple[str, str]]:
    return [(name_of(name), text) for name, text in measure.details.items()]


@register.filter
def status_label(code: str) -> str:
    return str(Measure.Status(code).label)


@register.filter
def words_label(change: FieldChange) -> str:
    """ "Beschreibung (Englisch)"."""
    if not change.language:
        return name_of(change.name)
    return f"{name_of(change.name)} ({language_of(change.language)})"


@register.filter
def words_attributes(change: FieldChange) -> SafeString:
    """For the element around `difference`: the language of the text, as far as it is known."""
    if change.language or change.name in Measure.DETAILS:
        return typed_attributes(change.after or change.before, change.language)
    return mark_safe(' dir="auto"')


@register.filter
def difference(change: FieldChange) -> SafeString:
    """The later text with what was taken out and put in; said in words for those who hear it."""
    if change.name == "status":
        pieces = [
            ("removed", status_label(change.before)),
            ("same", " "),
            ("added", status_label(change.after)),
        ]
    else:
        pieces = []
        for each in change.pieces:
            # Two words that stand for each other are two words.
            if pieces and pieces[-1][0] == "removed" and each.kind == "added" and not each.text[0].isspace():
                pieces.append(("same", " "))
            pieces.append((each.kind, each.text))
    words = {"removed": gettext_lazy("gestrichen"), "added": gettext_lazy("neu")}
    tags = {"removed": "del", "added": "ins"}
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(_CHANGED, tags[kind], get_language(), words[kind], text, tags[kind])
                if kind in tags
                else text,
            )
            for kind, text in pieces
        ),
    )


def name_of(name: str) -> str:
    """Of a field of a measure or of the plan's words."""
    return str(_NAMES[name]) if name in _NAMES else capfirst(_verbose(name))


def _verbose(name: str) -> str:
    field = Measure._meta.get_field(name)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


def language_of(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
