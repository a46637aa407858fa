"""Which numbers are the world's, and which are ours, our neighbours' or nobody's."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.conferencing.addresses import Origin, is_public, origin_of, resolve, web_address
from workshops.conferencing.protocol import NotAllowed, ProviderDown, WrongSettings

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
NOT_PUBLIC = [
    # loopback, private, link-local with the clouds' metadata, shared, documentation, multicast, reserved
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("192.88.99.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "fec0::1", "ff02::1"),
    *("2001:db8::1", "3fff::1", "4000::1", "::127.0.0.1"),
    # the same, written as IPv6
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1"),
    *("64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001::1"),
    *("", "localhost", "1", "0x7f000001", "127.1"),
]


@pytest.mark.parametrize("number", PUBLIC)
def test_the_worlds_numbers_are_public(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_all_others_are_not(number: str) -> None:
    assert not is_public(number)


@given(st.ip_addresses(v=4))
def test_an_ipv4_number_is_as_public_in_either_disguise(number: ipaddress.IPv4Address) -> None:
    assert {is_public(f"::ffff:{number}"), is_public(f"64:ff9b::{number}")} == {is_public(str(number))}


@given(
    st.sampled_from(["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]), st.integers(0, 65535)
)
def test_no_number_of_our_networks_is_public(network: str, offset: int) -> None:
    assert not is_public(str(ipaddress.ip_network(network)[offset]))


def test_hosts_are_compared_as_the_network_knows_them() -> None:
    assert [
        origin_of(each)
        for each in (
            "https://BBB.Example/a?b",
            "https://bbb.example.:443/",
            "http://bücher.example",
            "http://[::1]:81/",
        )
    ] == [
        Origin("https", "bbb.example", 443),
        Origin("https", "bbb.example", 443),
        Origin("http", "xn--bcher-kva.example", 80),
        Origin("http", "::1", 81),
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("", "bbb.example", "ftp://bbb.example/", "file:///etc/passwd", "javascript:alert(1)", "https://"),
        *(
            "https://user:word@bbb.example/",
            "https://bbb.example@evil.example/",
            "https://bbb.example:99999/",
        ),
        *("https://bbb.example\\@evil.example/", "https://bbb.exa mple/", "https://bbb.example/\r\nHost: x"),
        *("https://[::1/", "https://a..b/", f"https://{'a' * 64}.example/"),
    ],
)
def test_what_is_no_address_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(WrongSettings) as caught:
        origin_of(address)
    assert str(caught.value) == "wrong_settings: address"


@pytest.mark.parametrize(
    ("address", "trusted", "expected"),
    [
        ("http://bbb.example/", {"bbb.example"}, True),
        ("http://bbb.example/", {"bbb.example:80"}, True),
        ("http://bbb.example:81/", {"bbb.example:80"}, False),
        ("http://[::1]:81/", {"[::1]:81"}, True),
        ("http://[::1]:81/", {"::1"}, True),
        ("http://evil.example/", {"bbb.example"}, False),
        ("http://bbb.example.evil.example/", {"bbb.example"}, False),
    ],
)
def test_trust_is_given_to_a_host_or_to_one_of_its_ports(
    address: str, trusted: set[str], expected: bool
) -> None:
    assert origin_of(address).is_trusted(frozenset(trusted)) is expected


def test_browsers_are_sent_with_a_token_only_over_https_or_to_trusted_hosts() -> None:
    assert web_address("https://a.example/", frozenset()) == "https://a.example/"
    assert web_address("http://a.example/", frozenset({"a.example"})) == "http://a.example/"
    with pytest.raises(NotAllowed):
        web_address("http://a.example/", frozenset())


def test_a_name_that_can_lead_nowhere_is_down() -> None:
    with pytest.raises(ProviderDown):
        resolve(f"{'a' * 64}.example", 443)


def test_a_number_needs_no_name_server() -> None:
    assert list(resolve("127.0.0.1", 80)) == ["127.0.0.1"]
