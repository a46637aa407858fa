"""Markdown of moderators as HTML that can do no harm."""

import pytest

from workshops.markup import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Titel", "<h3>Titel</h3>\n"),
        ("eins\nzwei", "<p>eins<br>\nzwei</p>\n"),
        ("- a\n- ~~b~~", "<ul>\n<li>a</li>\n<li><s>b</s></li>\n</ul>\n"),
        (
            "[Stadt](https://hechingen.example)",
            '<p><a href="https://hechingen.example" rel="noopener noreferrer nofollow">Stadt</a></p>\n',
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html;base64,AAAA)", "<p>[x](data:text/html;base64,AAAA)</p>\n"),
        ("![Bild](https://evil.example/pixel.png)", "<p></p>\n"),
        ('<a onclick="x()">y</a>', '<p>&lt;a onclick="x()"&gt;y&lt;/a&gt;</p>\n'),
        ("", ""),
    ],
)
def test_markdown_becomes_clean_html(text: str, html: str) -> None:
    assert render(text) == html
