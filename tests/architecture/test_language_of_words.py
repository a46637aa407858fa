"""What the town's people write says its language wherever a page shows it (WCAG 2.2, 3.1.2).

A text by language goes through `marked` or `lang_attributes`, a workshop's name through `named`, what
somebody typed in one language through `typed` or `typed_attributes` (workshops/templatetags/localised.py).
What citizens write stands in `dir="auto"`: nobody knows in which language it is.
"""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

from workshops.models import LocalisedTextField

# Texts that nobody but staff and moderators type, and the objects under whose names pages show them.
TYPED = {
    *("cancellation_reason", "decision_reason", "waiver_reason", "held_note", "agreements"),
    *("item.title", "item.text", "item.points", "proposal.title", "proposal.description"),
    *("merged_into.title", "channel.label", "comment.answer", "process.partners"),
}
LOCALISED = {
    *("process.name", "process.introduction", "process.imprint", "process.privacy_notice"),
    *("field.name", "field.description", "workshop.title", "workshop.description", "channel.how"),
    *("measure.title", "measure.description", "goal.text", "guideline.text", "milestone.title"),
    *("pages.reason", "pages.who", "pages.outlook", "pages.known_limits", "pages.sign_transcript"),
    *("plan.title", "plan.introduction", "chapter.introduction", "change.note"),
}
SAYING = r"\|(?:marked|named|lang_attributes|typed|typed_attributes)\b"
# Here `field` is a form's.
FORMS = {"_send_again.html", "_typed_fields.html"}
# Where no element can say a language: attributes, the document's title, what stands in a form to be changed.
MUTE = re.compile(
    r"{% block (?:title|meta) %}.*?{% endblock %}|<(title|option|textarea)\b.*?</\1>"
    r"|[\w-]+=\"(?:{{.*?}}|{%.*?%}|[^\"])*\"|{#.*?#}",
    re.S,
)
# The only words of an element that says their language.
IN_ITS_ELEMENT = re.compile(rf"{SAYING}[^{{}}]*}}}}[^<>]*>[^<>{{}}]*{{{{[^{{}}]*}}}}")


def pages() -> list[tuple[str, str]]:
    return [
        (f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8"))
        for app in ("config", "workshops", "notifications")
        for path in sorted((Path(settings.BASE_DIR) / app / "templates").rglob("*.html"))
        if not {"emails", "django", "mailbox"} & {*path.parts} and path.name not in FORMS
    ]


def unsaid(text: str) -> list[str]:
    """The words that stand there without their language."""
    text = IN_ITS_ELEMENT.sub("", MUTE.sub("", text))
    names = "|".join(re.escape(each) for each in sorted(TYPED | LOCALISED))
    shown = re.findall(rf"{{{{ (?:[\w.]+\.)?(?:{names}|workshop)(?:\|[^}}]*)? }}}}", text)
    said = re.findall(rf"{{% blocktranslate[^%]*=(?:[\w.]+\.)?(?:{names}|workshop)(?: [^%]*)?%}}", text)
    return [each for each in shown if not re.search(SAYING, each)] + said


def test_each_word_on_a_page_says_its_language() -> None:
    wrong = [(name, each) for name, text in pages() for each in unsaid(text)]
    assert wrong == []


def test_the_names_are_those_of_columns() -> None:
    columns = {field.name: field for model in apps.get_models() for field in model._meta.concrete_fields}
    assert {each.rpartition(".")[2] for each in TYPED | LOCALISED} <= columns.keys()
    by_language = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, LocalisedTextField)
    }
    called = {
        "process": "participationprocess",
        "field": "actionfield",
        "channel": "interpretationchannel",
        "pages": "publicpages",
        "chapter": "planchapter",
        "change": "measurechange",
    }
    for each in LOCALISED:
        owner, _dot, column = each.partition(".")
        assert f"{called.get(owner, owner)}.{column}" in by_language


def test_the_search_finds_what_it_looks_for() -> None:
    assert unsaid("<p>{{ workshop.cancellation_reason }}</p>{{ a.workshop }}") == [
        "{{ workshop.cancellation_reason }}",
        "{{ a.workshop }}",
    ]
    assert unsaid('<p dir="auto">{{ item.text|markdown }}</p>') == ["{{ item.text|markdown }}"]
    assert unsaid("{% blocktranslate with x=a.field.name %}{{ x }}{% endblocktranslate %}") == [
        "{% blocktranslate with x=a.field.name %}"
    ]
    for right in (
        "<p{{ item.text|typed_attributes }}>{{ item.text|markdown }}</p>",
        '<p class="x"{{ field.description|lang_attributes }}>{{ field.description|linebreaks }}</p>',
        "{{ workshop|named }}{{ proposal.title|typed:proposal.language }}{{ comment.text }}",
        '<a title="{{ item.title }}">{% block title %}{{ workshop }}{% endblock %}</a>',
        "{% blocktranslate with x=a.field.name|marked %}{{ x }}{% endblocktranslate %}",
    ):
        assert unsaid(right) == []
