"""What people write into minutes is shown, and can do no harm."""

import datetime
import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders
from workshops import markup
from workshops.models import Minutes

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![Bild](https://evil.example/pixel.png)",
    "[klick](javascript:alert(1))",
    "[klick](JaVaScRiPt:alert(1))",
    "[klick](data:text/html;base64,PHNjcmlwdD4=)",
    "[klick](vbscript:x)",
    "<javascript:alert(1)>",
    '<iframe src="https://evil.example"></iframe>',
    '<a href="https://evil.example" onclick="alert(1)" style="position:fixed">x</a>',
    '[x](https://ok.example "a\\" onmouseover=\\"alert(1)")',
    "<style>body{display:none}</style>",
    "<svg><script>alert(1)</script></svg>",
    "</textarea><script>alert(1)</script>",
    "<form action=https://evil.example><input name=p></form>",
    "<base href=https://evil.example>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "[a]: javascript:alert(1)\n\n[a]",
]

SAFE_TAG = re.compile(
    r"</?(?:blockquote|br|code|del|em|h[345]|hr|li|p|pre|s|strong|table|tbody|td|th|thead|tr|ul)( /)?>"
    r'|<ol(?: start="\d+")?>|</ol>'
    r'|<a href="(?:https?://|mailto:)[^"<>]*"(?: title="[^"<>]*")? rel="noopener noreferrer nofollow">|</a>'
    r'|<a rel="noopener noreferrer nofollow">'
)


@pytest.mark.parametrize("text", HOSTILE)
def test_only_harmless_elements_come_out(text: str) -> None:
    left = SAFE_TAG.sub("", markup.render(text))
    assert "<" not in left


def test_the_net_itself_catches_what_it_must() -> None:
    for harmful in ("<script>", "<img>", '<a href="javascript:x" rel="">', '<p onclick="x">', "<iframe>"):
        assert "<" in SAFE_TAG.sub("", harmful)


def test_what_is_meant_is_shown() -> None:
    html = markup.render(
        "# Titel\n\n**fett** und [Link](https://hechingen.example)\n\n1. eins\nnoch\n\n- a\n- b"
    )
    assert html.replace("\n", "") == (
        "<h3>Titel</h3><p><strong>fett</strong> und "
        '<a href="https://hechingen.example" rel="noopener noreferrer nofollow">Link</a></p>'
        "<ol><li>eins<br>noch</li></ol><ul><li>a</li><li>b</li></ul>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x" * 50_000,
        "[" * 50_000,
        "*" * 50_000,
        "> " * 25_000,
        "- " * 25_000,
        "|a" * 12_500 + "\n" + "|-" * 12_500,
        "`" * 50_000,
        "[a](" * 12_500,
        "&" * 50_000,
        "![a](" * 10_000,
    ],
    ids=lambda text: text[:5],
)
def test_a_huge_text_is_rendered(text: str) -> None:
    assert markup.render(text)


class _Harm(HTMLParser):
    """Notes what would act on a reader: foreign scripts and frames, handlers, styles, script addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "base", "style", "object", "embed", "img"):
            self.found.append(tag)
        if tag == "script" and not values.get("src", "").startswith("/static/"):
            self.found.append(tag)
        for name, value in values.items():
            is_handler = name.startswith("on") or name == "style"
            is_script = re.match(r"\s*(javascript|data|vbscript):", value, re.I) and name != "title"
            if is_handler or is_script or (name == "action" and "evil" in value):
                self.found.append(f"{tag} {name}={value}")


def _harm_in(content: str) -> list[str]:
    harm = _Harm()
    harm.feed(content)
    return harm.found


def test_the_second_net_catches_what_it_must() -> None:
    assert _harm_in(
        '<p>ok</p><script src="https://evil.example"></script><a href=" JavaScript:x">a</a><p onclick=x>'
        '<img src="/static/a.png"><form action="https://evil.example"></form>'
    ) == [
        "script",
        "a href= JavaScript:x",
        "p onclick=x",
        "img",
        "form action=https://evil.example",
    ]


@pytest.mark.django_db
def test_hostile_minutes_are_harmless_on_every_page(client: Client) -> None:
    hostile = "\n\n".join(HOSTILE)
    script = "<script>alert('t')</script>"
    workshop = builders.a_workshop(starts_at=timezone.now() - datetime.timedelta(days=1))
    item = builders.an_agenda_item(workshop, title=script, text=hostile, version=1, edited_at=timezone.now())
    item.versions.create(version=1, text=hostile, saved_at=timezone.now())
    proposal = builders.a_proposal(item, title=script, description=hostile)
    staff = builders.a_staff_member(name=script)
    workshop.moderators.add(staff)
    slug, number = workshop.process.slug, workshop.number
    client.force_login(staff)
    addresses = [
        "/moderation/",
        f"/moderation/{workshop.pk}/",
        f"/moderation/{workshop.pk}/agenda/",
        f"/moderation/{workshop.pk}/participants/",
        f"/moderation/{workshop.pk}/items/{item.pk}/",
        f"/moderation/{workshop.pk}/items/{item.pk}/versions/",
        f"/moderation/{workshop.pk}/proposals/{proposal.pk}/",
        f"/staff/{slug}/measures/",
        f"/staff/{slug}/measures/{proposal.pk}/",
        f"/staff/{slug}/minutes/",
        f"/{slug}/{workshop.field.slug}/{number}/",
        f"/{slug}/{workshop.field.slug}/{number}/minutes/",
    ]
    conflict = client.post(addresses[4], {"text": hostile + "!", "seen_version": "0"})
    preview = client.post(addresses[4], {"text": hostile, "seen_version": "0", "preview": "1"})
    Minutes.objects.create(
        workshop=workshop,
        status=Minutes.Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=staff,
    )
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in (conflict, preview, *answers)] == [409, 200] + [200] * len(
        answers
    )
    for answer in (conflict, preview, *answers):
        assert _harm_in(answer.content.decode()) == []
