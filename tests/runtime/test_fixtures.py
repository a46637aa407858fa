"""The servers that other tests lean on do what they promise."""

import smtplib

import redis

from tests.servers import BrokerServer
from tests.smtp_sink import Received, SmtpSink


def test_the_broker_keeps_what_it_accepted_when_it_is_killed(broker: BrokerServer) -> None:
    with redis.Redis.from_url(broker.broker.url) as client:
        client.set("task", "deliver")
        client.execute_command("WAITAOF", 1, 0, 5000)  # until it is on the disk

    broker.stop(kill=True)
    broker.start()

    with redis.Redis.from_url(broker.broker.url) as client:
        assert client.get("task") == b"deliver"


def test_the_sink_keeps_accepted_mails_byte_by_byte(smtp_sink: SmtpSink) -> None:
    smtp_sink.refused["unknown@example.org"] = "550 no such person"
    smtp_sink.answer = lambda mail: "451 later" if b"later" in mail.content else "250 OK"

    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as client:
        client.sendmail("a@example.org", ["b@example.org"], b"Subject: now\r\n\r\n.dot\r\n")
        for recipient, content, code in (
            ("b@example.org", b"Subject: later\r\n\r\n", 451),
            ("unknown@example.org", b"Subject: now\r\n\r\n", 550),
        ):
            try:
                client.sendmail("a@example.org", [recipient], content)
            except smtplib.SMTPRecipientsRefused as refusal:
                assert refusal.recipients[recipient][0] == code
            except smtplib.SMTPDataError as refusal:
                assert refusal.smtp_code == code
            else:
                raise AssertionError("the sink accepted what it should refuse")

    assert smtp_sink.received == [
        Received("a@example.org", ("b@example.org",), b"Subject: now\r\n\r\n.dot\r\n")
    ]
