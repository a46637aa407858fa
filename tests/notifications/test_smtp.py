"""Each way a conversation can fail, against a server that fails in just this way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from notifications import smtp
from notifications.smtp import Fate, Reply, Session, Stage
from tests.faults.hostile_smtp import (
    ACCEPT_AND_DROP,
    DROP,
    GARBAGE,
    SILENCE,
    SLOW,
    HostileSmtp,
    Place,
    Script,
)

CONTENT = b"Message-ID: <one@hechingen.example>\r\nSubject: Termin\r\n\r\n.Punkt\r\nEnde\r\n"


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def server(tmp_path: Path, settings: Settings, request: pytest.FixtureRequest) -> Iterator[HostileSmtp]:
    """Everything means the same whether commands travel alone or together."""
    server = HostileSmtp(tmp_path / "accepted.log", pipelines=request.param)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 0.3
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 1.5)


def _send(session: Session) -> smtp.Outcome:
    return session.send(sender="a@hechingen.example", recipient="b@example.org", content=CONTENT)


def test_every_stage_and_reply_has_a_fate() -> None:
    table = {(stage, reply): smtp.fate_of(stage, reply) for stage in Stage for reply in Reply}

    assert {fate: len([each for each in table.values() if each == fate]) for fate in Fate} == {
        Fate.SENT: 1,
        Fate.AGAIN: 20,
        Fate.LATER: 5,
        Fate.UNREACHABLE: 1,
        Fate.REFUSED: 3,
        Fate.PAUSE: 5,
        Fate.AMBIGUOUS: 1,
    }
    # Only what left the final dot behind may have been accepted.
    assert {stage for (stage, _reply), fate in table.items() if fate in (Fate.SENT, Fate.AMBIGUOUS)} == {
        Stage.DOT
    }


@pytest.mark.parametrize(
    ("place", "behaviour", "stage", "reply", "fate", "arrives"),
    [
        ("banner", DROP, Stage.CONNECT, Reply.BROKEN, Fate.AGAIN, 0),
        ("banner", SILENCE, Stage.CONNECT, Reply.BROKEN, Fate.AGAIN, 0),
        ("banner", GARBAGE, Stage.CONNECT, Reply.BROKEN, Fate.AGAIN, 0),
        ("banner", "421 too busy", Stage.CONNECT, Reply.CLOSING, Fate.AGAIN, 0),
        ("banner", "554 no service", Stage.CONNECT, Reply.NEVER, Fate.AGAIN, 0),
        ("ehlo", DROP, Stage.CONNECT, Reply.BROKEN, Fate.AGAIN, 0),
        ("mail", DROP, Stage.MAIL, Reply.BROKEN, Fate.AGAIN, 0),
        ("mail", "451 later", Stage.MAIL, Reply.LATER, Fate.LATER, 0),
        ("mail", "530 sign in first", Stage.MAIL, Reply.NO_SIGN_IN, Fate.PAUSE, 0),
        ("mail", "550 not from you", Stage.MAIL, Reply.NEVER, Fate.LATER, 0),
        ("rcpt", DROP, Stage.RCPT, Reply.BROKEN, Fate.AGAIN, 0),
        ("rcpt", "421 bye", Stage.RCPT, Reply.CLOSING, Fate.AGAIN, 0),
        ("rcpt", "450 greylisted", Stage.RCPT, Reply.LATER, Fate.LATER, 0),
        ("rcpt", "550 no such person", Stage.RCPT, Reply.NEVER, Fate.UNREACHABLE, 0),
        ("data", DROP, Stage.DATA, Reply.BROKEN, Fate.AGAIN, 0),
        ("data", "250 not what was asked", Stage.DATA, Reply.GOOD, Fate.AGAIN, 0),
        ("data", "451 later", Stage.DATA, Reply.LATER, Fate.LATER, 0),
        ("data", "554 no", Stage.DATA, Reply.NEVER, Fate.REFUSED, 0),
        ("dot", "451 greylisted", Stage.DOT, Reply.LATER, Fate.LATER, 0),
        ("dot", "421 closing", Stage.DOT, Reply.CLOSING, Fate.AGAIN, 0),
        ("dot", "554 spam", Stage.DOT, Reply.NEVER, Fate.REFUSED, 0),
        ("dot", DROP, Stage.DOT, Reply.BROKEN, Fate.AMBIGUOUS, 0),
        ("dot", ACCEPT_AND_DROP, Stage.DOT, Reply.BROKEN, Fate.AMBIGUOUS, 1),
        ("dot", GARBAGE, Stage.DOT, Reply.BROKEN, Fate.AMBIGUOUS, 1),
        ("dot", SILENCE, Stage.DOT, Reply.BROKEN, Fate.AMBIGUOUS, 1),
    ],
)
def test_what_a_failure_means(
    server: HostileSmtp, place: Place, behaviour: str, stage: Stage, reply: Reply, fate: Fate, arrives: int
) -> None:
    server.scripts = [Script(place, behaviour)]

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.reply, outcome.fate) == (stage, reply, fate)
    assert server.accepted == ["<one@hechingen.example>"] * arrives


@pytest.mark.parametrize("behaviour", ["535 wrong password", "530 no", "550 account closed"])
def test_a_refused_sign_in_pauses(server: HostileSmtp, settings: Settings, behaviour: str) -> None:
    server.offers_auth = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "town", "wrong"
    server.scripts = [Script("auth", behaviour, times=5)]

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.fate) == (Stage.AUTH, Fate.PAUSE)
    assert server.accepted == []


@pytest.mark.parametrize(
    ("mechanisms", "password"),
    [("PLAIN LOGIN", "Grüße"), ("XOAUTH2 LOGIN", "Grüße"), ("CRAM-MD5", "secret"), ("PLAIN", "secret")],
)
def test_it_signs_in_by_what_the_server_offers(
    server: HostileSmtp, settings: Settings, mechanisms: str, password: str
) -> None:
    server.offers_auth, server.mechanisms = True, mechanisms
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "town", password

    with Session() as session:
        assert _send(session).fate == Fate.SENT

    assert server.sign_ins == 1


@pytest.mark.parametrize("mechanisms", ["XOAUTH2", "PLAIN LOGIN CRAM-MD5"])
def test_a_sign_in_is_tried_by_one_mechanism(
    server: HostileSmtp, settings: Settings, mechanisms: str
) -> None:
    server.offers_auth, server.mechanisms = True, mechanisms
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "town", "wrong"
    server.scripts = [Script("auth", "535 wrong password", 1), Script("auth", DROP, times=5)]

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.fate) == (Stage.AUTH, Fate.PAUSE)
    assert server.sign_ins == (0 if mechanisms == "XOAUTH2" else 1)


def test_a_server_that_answers_byte_by_byte_is_left_in_time(server: HostileSmtp, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 5  # each byte comes in time, the whole answer doesn't
    server.scripts = [Script("mail", SLOW)]

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.reply, outcome.fate) == (Stage.MAIL, Reply.BROKEN, Fate.AGAIN)


def test_a_body_that_is_cut_off_is_not_taken_for_accepted(server: HostileSmtp) -> None:
    server.scripts = [Script("body", DROP)]

    with Session() as session:
        # Larger than what fits on the way: the dot can't have gone out.
        outcome = session.send(
            sender="a@hechingen.example", recipient="b@example.org", content=b"x\r\n" * 4_000_000
        )

    assert (outcome.stage, outcome.reply, outcome.fate) == (Stage.DATA, Reply.BROKEN, Fate.AGAIN)
    assert server.accepted == []


@pytest.mark.parametrize("behaviour", [DROP, GARBAGE, "451 later", "421 bye"])
def test_what_happens_at_quit_changes_nothing(server: HostileSmtp, behaviour: str) -> None:
    server.scripts = [Script("quit", behaviour)]

    with Session() as session:
        outcome = _send(session)

    assert outcome.fate == Fate.SENT
    assert server.accepted == ["<one@hechingen.example>"]


def test_many_mails_go_over_one_connection(server: HostileSmtp) -> None:
    with Session() as session:
        fates = [_send(session).fate for _ in range(5)]

    assert fates == [Fate.SENT] * 5
    assert server.connections == 1


def test_a_refused_mail_leaves_the_connection_usable(server: HostileSmtp) -> None:
    server.scripts = [Script("rcpt", "550 no such person"), Script("dot", "554 spam")]
    if server.pipelines:  # the command was under way already
        server.scripts.insert(1, Script("data", "554 no valid recipients"))

    with Session() as session:
        fates = [_send(session).fate for _ in range(3)]

    assert fates == [Fate.UNREACHABLE, Fate.REFUSED, Fate.SENT]
    assert server.connections == 1


def test_a_kept_connection_that_the_server_closed_is_replaced_without_a_failure(server: HostileSmtp) -> None:
    with Session() as session:
        first = _send(session)
        server.scripts = [Script("mail", "421 you had enough")]
        second = _send(session)

    assert (first.fate, second.fate) == (Fate.SENT, Fate.SENT)
    assert server.connections == 2


def test_nobody_listens(server: HostileSmtp, settings: Settings) -> None:
    settings.EMAIL_PORT = 1

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.fate) == (Stage.CONNECT, Fate.AGAIN)


def test_the_servers_words_are_kept_without_addresses(server: HostileSmtp) -> None:
    server.scripts = [Script("rcpt", "550 5.1.1 <b@example.org>: Recipient unknown")]

    with Session() as session:
        assert _send(session).text == "5.1.1 … Recipient unknown"


def test_starttls_that_is_not_offered_is_not_done_without(server: HostileSmtp, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True

    with Session() as session:
        outcome = _send(session)

    assert (outcome.stage, outcome.fate) == (Stage.CONNECT, Fate.AGAIN)
    assert server.accepted == []


def test_a_server_that_waits_for_the_body_of_a_refused_mail_is_left(server: HostileSmtp) -> None:
    """It said 354 to a DATA that went with the refused RCPT: nothing may follow that it could take."""
    server.scripts = [Script("rcpt", "550 no such person")]

    with Session() as session:
        fates = [_send(session).fate for _ in range(2)]

    assert fates == [Fate.UNREACHABLE, Fate.SENT]
    assert server.connections == (2 if server.pipelines else 1)
    assert server.accepted == ["<one@hechingen.example>"]


def test_before_the_dot_its_sender_may_still_let_go(server: HostileSmtp) -> None:
    with Session() as session:
        with pytest.raises(smtp.LetGo):
            session.send(
                sender="a@hechingen.example",
                recipient="b@example.org",
                content=CONTENT,
                before_dot=lambda: False,
            )
        assert not session.is_open
        assert _send(session).fate == Fate.SENT

    assert server.accepted == ["<one@hechingen.example>"]
