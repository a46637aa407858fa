"""What comes back as XML, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.serving import BOMB, PAGE, TRUNCATED
from workshops.conferencing import xml
from workshops.conferencing.protocol import ProviderNonsense

DOCTYPE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>'


def test_elements_are_read_in_any_encoding() -> None:
    assert xml.read("<a><b>Grün</b></a>".encode()).findtext("b") == "Grün"
    assert (
        xml.read('<?xml version="1.0" encoding="UTF-16"?><a><b>Grün</b></a>'.encode("utf-16")).findtext("b")
        == "Grün"
    )


@pytest.mark.parametrize(
    "content",
    [
        *(BOMB, DOCTYPE.encode(), f'<?xml version="1.0" encoding="UTF-16"?>{DOCTYPE}'.encode("utf-16")),
        *(b'<!DOCTYPE r SYSTEM "http://169.254.169.254/">\n<r/>', b"<!DOCTYPE r><r/>"),
    ],
)
def test_a_doctype_is_refused_before_an_entity_is_read(content: bytes) -> None:
    with pytest.raises(ProviderNonsense, match="doctype"):
        xml.read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TRUNCATED,
        b"<r>&a;</r>",
        b"{}",
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="no-such"?><r/>',
        b"<a/><b/>",
    ],
)
def test_what_is_no_xml_is_nonsense(content: bytes) -> None:
    with pytest.raises(ProviderNonsense, match="xml"):
        xml.read(content)


def test_a_page_of_something_else_is_nonsense() -> None:
    with pytest.raises(ProviderNonsense):
        xml.read(PAGE)


def test_a_tower_of_elements_falls_on_nobody() -> None:
    root = xml.read(b"<a>" * 100_000 + b"</a>" * 100_000)
    assert root.tag == "a"
    del root


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_nonsense(content: bytes) -> None:
    try:
        xml.read(content)
    except ProviderNonsense:
        return
