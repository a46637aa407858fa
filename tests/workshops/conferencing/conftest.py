import datetime
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.asking import Echo
from workshops.conferencing import zoom_tokens


@pytest.fixture
def bbb() -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        yield server


@pytest.fixture
def zoom_server() -> Iterator[ZoomServer]:
    zoom_tokens.forget()
    with ZoomServer() as server:
        yield server
    zoom_tokens.forget()


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        yield server


@dataclass
class Tls:
    """A certificate for bbb.example; `ca` is the file of whoever signed it."""

    ca: Path
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.datetime.now(datetime.UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])

    def certificate(
        name: x509.Name, of: ec.EllipticCurvePrivateKey, extensions: list[x509.ExtensionType]
    ) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(root)
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ca, chain = folder / "ca.pem", folder / "server.pem"
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    ca.write_bytes(certificate(root, root_key, [x509.BasicConstraints(ca=True, path_length=None), usage]))
    leaf = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bbb.example")])
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("bbb.example")])
    chain.write_bytes(private + certificate(leaf, key, [names]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return Tls(ca, context)
