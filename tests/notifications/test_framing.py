"""A mail's HTML in a frame keeps its own styles, and gets nothing else."""

from notifications import framing

# echo -n 'color:red' | openssl dgst -sha256 -binary | base64
RED = "'sha256-8f935d27GvUutRyY9yWScUMiFUk4WTdZURISiYfPOeQ='"


def style_source(html: str) -> str:
    (source,) = (part for part in framing.policy(html).split("; ") if part.startswith("style-src"))
    return source


def test_each_style_that_stands_there_is_allowed_once_and_no_other() -> None:
    assert style_source('<p style="color:red">a</p><b style="color:red">b</b>') == (
        f"style-src 'unsafe-hashes' {RED}"
    )


def test_a_style_element_is_allowed_too() -> None:
    assert style_source("<style>color:red</style><p>color:red</p>") == f"style-src 'unsafe-hashes' {RED}"


def test_an_attribute_is_meant_as_the_browser_reads_it() -> None:
    assert style_source('<p style="color&colon;red">') == f"style-src 'unsafe-hashes' {RED}"


def test_without_styles_none_are_allowed_nor_with_more_than_a_header_holds() -> None:
    many = "".join(f'<p style="margin:{number}px">' for number in range(framing.MOST_STYLES + 1))

    assert [style_source("<p>plain</p>"), style_source(many)] == ["style-src 'none'"] * 2


def test_whatever_a_mail_says_nothing_runs_or_loads() -> None:
    hostile = "<style>'; script-src *</style><script>alert(1)</script><p style=\"a'; script-src *\">"
    policy = framing.policy(hostile)

    assert [part.split(" ")[0] for part in policy.split("; ")] == [
        "default-src",
        "style-src",
        "img-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
        "sandbox",
    ]
    assert "script" not in policy
    assert "unsafe-inline" not in policy
