"""What the frame of every page needs: whose page it is, and the language switch."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, cast

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context
from django.urls import translate_url
from django.utils import translation
from django.utils.http import escape_leading_slashes

from workshops.models import ParticipationProcess

register = template.Library()

# Of config/static/css/site.css; other languages need the Latin letters only. Those hold the digits, too:
# without them at once, lines of Arabic and Cyrillic with a date in them move.
_FACES = {
    "ar": ("fira-latin", "noto-arabic"),
    "ro": ("fira-latin", "fira-latin-ext"),
    "ru": ("fira-latin", "fira-cyrillic"),
    "tr": ("fira-latin", "fira-latin-ext"),
    "uk": ("fira-latin", "fira-cyrillic"),
}


class Language(NamedTuple):
    code: str
    name: str
    bidi: bool
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[Language]:
    """This page in each language, the current one marked; without a request there is none to link to.

    A form that was refused is not sent again: the link is a GET of the same address.
    """
    request = context.get("request")
    if request is None:
        return []
    current = translation.get_language()
    return [
        Language(
            code=code,
            name=str(name),
            bidi=translation.get_language_info(code)["bidi"],
            # "//elsewhere.example/" is an unknown page here, and must not become a way there.
            url=escape_leading_slashes(translate_url(request.get_full_path(), code)),
            is_current=code == current,
        )
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def has_mistakes(context: Context) -> bool:
    """Whether the page brings back a form that was refused, whatever its name; `problems`: of a file."""
    values: Iterable[object] = context.flatten().values()
    # By `type`: `isinstance` looks into what is lazy, and the token of forms would become a cookie.
    forms = [cast(BaseForm, value) for value in values if issubclass(type(value), BaseForm)]
    return bool(context.get("problems")) or any(form.is_bound and form.errors for form in forms)


@register.simple_tag
def url_in(language: str, path: str) -> str:
    """The address of our own page in another language than the reader's."""
    return translate_url(path, language)


@register.simple_tag
def letters() -> list[str]:
    """The static files with the letters of the reader's language, which the browser shall ask for at once."""
    faces = _FACES.get(translation.get_language() or "", ("fira-latin",))
    return [f"fonts/{face}-{weight}.woff2" for face in faces for weight in (400, 600)]


@register.simple_tag(takes_context=True)
def page_address(context: Context) -> str:
    """The whole public address of this page, without what was asked of it (`?…`)."""
    request = context.get("request")
    return f"{settings.PUBLIC_URL}{request.path}" if request is not None else settings.PUBLIC_URL


# Open Graph wants language_TERRITORY, from a list of its own; easy language is German there.
_OG_LOCALES = {
    "de": "de_DE",
    "de-simple": "de_DE",
    "en": "en_GB",
    "tr": "tr_TR",
    "ar": "ar_AR",
    "uk": "uk_UA",
    "ru": "ru_RU",
    "ro": "ro_RO",
    "fr": "fr_FR",
}


@register.simple_tag
def og_locale() -> str:
    language = translation.get_language()
    return _OG_LOCALES.get(language, language)


@register.simple_tag
def public_url() -> str:
    return str(settings.PUBLIC_URL)


class Feed(NamedTuple):
    """One calendar's address: as a link that opens the calendar program, and to copy."""

    webcal: str
    https: str


@register.simple_tag
def feed_address(path: str) -> Feed:
    """Of the calendar at `path`, in the page's language. `webcal:` makes programs subscribe to it."""
    language = translation.get_language()
    query = "" if language == settings.LANGUAGE_CODE else f"?lang={language}"
    _scheme, _colon, rest = settings.PUBLIC_URL.partition(":")
    return Feed(f"webcal:{rest}{path}{query}", f"{settings.PUBLIC_URL}{path}{query}")


@register.simple_tag(takes_context=True)
def process_of_page(context: Context) -> ParticipationProcess | None:
    """The page's own process; on a page without one (sign-in, errors) the public one, if there is just one.

    So the imprint and the privacy notice are one click away everywhere.
    """
    own = context.get("process")
    if own is not None:
        return own if isinstance(own, ParticipationProcess) else None
    public = list(ParticipationProcess.objects.filter(is_public=True)[:2])
    return public[0] if len(public) == 1 else None


class Named(NamedTuple):
    """A process on pages that are of none, by what tells it from the others: its town; else its name, too."""

    process: ParticipationProcess
    name: str


@register.simple_tag
def public_processes() -> list[Named]:
    """Whose imprint, privacy notice and accessibility statement a page without a process leads to."""
    found = list(ParticipationProcess.objects.filter(is_public=True).order_by("town", "pk"))
    towns = Counter(process.town for process in found)
    return [
        Named(each, each.town if towns[each.town] == 1 else f"{each.town}: {each.name}") for each in found
    ]


@register.filter
def first_input_id(field: BoundField) -> str:
    """The id to which a mistake leads: of the field, or of the first of its inputs.

    Choices in groups are counted within each group (`id_workshops_0_0`), so the widget is asked.
    """
    if not field.use_fieldset:
        return field.id_for_label or field.auto_id
    if not field.subwidgets:
        return f"{field.auto_id}_group"
    first = field.subwidgets[0].data["attrs"].get("id")
    # One subwidget with the field's own id: several inputs that share a name (the languages of a text).
    return first if first and first != field.auto_id else f"{field.auto_id}_0"
