"""Questions over kept-open lines: answered, given up, taken up again, whatever the other side does."""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvloop
from aiohappyeyeballs import AddrInfoType
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handlers.telegram import lines as wire
from handlers.telegram.lines import Lines
from handlers.telegram.resolving import Names

PATIENT = 30  # seconds, for a machine that has much else to do
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Other:
    """The other side: answers each question with the next of `answers`, and hangs up after an empty one."""

    answers: list[bytes] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    lines: int = 0
    url: str = ""

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.heard.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if self.answers else FINE
                for part in answer.split(b"|"):
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if not answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def other() -> AsyncIterator[Other]:
    other = Other()
    server = await asyncio.start_server(other.meet, "127.0.0.1", 0)
    other.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:a/getMe"
    yield other
    server.close()


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    lines = Lines(2, PATIENT, "tests")
    yield lines
    lines.close()


async def test_a_question_arrives_whole(other: Other, lines: Lines) -> None:
    assert await lines.ask(other.url, b'{"a":1}', PATIENT) == (200, b"{}")
    head, _, body = other.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:a/getMe HTTP/1.1\r\nHost: 127.0.0.1:")
    assert body == b'{"a":1}'


async def test_one_line_carries_one_question_after_the_other(other: Other, lines: Lines) -> None:
    for _ in range(5):
        await lines.ask(other.url, b"{}", PATIENT)
    assert other.lines == 1


async def test_questions_at_once_have_lines_of_their_own_but_no_more_than_allowed(other: Other, lines: Lines) -> None:
    answers = await asyncio.gather(*(lines.ask(other.url, b"{}", PATIENT) for _ in range(6)))
    assert answers == [(200, b"{}")] * 6
    assert other.lines == 2


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nbad!", 502, b"bad!"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 200 OK\r\nConte|nt-Length: 5\r\n\r\nab|cde", 200, b"abcde"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    ],
    ids=["refusal", "chunked", "in parts", "empty"],
)
async def test_every_way_of_answering_is_read(
    other: Other, lines: Lines, answer: bytes, status: int, body: bytes
) -> None:
    other.answers.append(answer)
    assert await lines.ask(other.url, b"{}", PATIENT) == (status, body)
    assert await lines.ask(other.url, b"{}", PATIENT) == (200, b"{}")


async def test_who_says_that_they_hang_up_is_not_asked_on_that_line(other: Other, lines: Lines) -> None:
    other.answers.append(FINE.replace(b"Content", b"Connection: close\r\nContent"))
    await lines.ask(other.url, b"{}", PATIENT)
    await lines.ask(other.url, b"{}", PATIENT)
    assert other.lines == 2


async def test_who_hangs_up_without_an_answer_is_an_error_and_the_next_question_goes_through(
    other: Other, lines: Lines
) -> None:
    other.answers.append(b"")
    with pytest.raises(ConnectionError):
        await lines.ask(other.url, b"{}", PATIENT)
    assert await lines.ask(other.url, b"{}", PATIENT) == (200, b"{}")


async def test_an_answer_that_is_late_does_not_become_that_of_the_next(other: Other, lines: Lines) -> None:
    other.answers.append(b"|" * 20 + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
    with pytest.raises(TimeoutError):
        await lines.ask(other.url, b"{}", 0.05)
    assert await lines.ask(other.url, b"{}", PATIENT) == (200, b"{}")


async def test_what_nobody_asked_for_is_not_taken_for_an_answer(other: Other, lines: Lines) -> None:
    other.answers.append(FINE + FINE.replace(b"{}", b"[]"))
    await lines.ask(other.url, b"{}", PATIENT)
    await asyncio.sleep(0.05)
    assert await lines.ask(other.url, b"{}", PATIENT) == (200, b"{}")


async def test_what_is_no_answer_is_an_error(other: Other, lines: Lines) -> None:
    other.answers.append(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    with pytest.raises(ValueError, match="no HTTP"):
        await lines.ask(other.url, b"{}", PATIENT)


async def test_an_endless_answer_is_given_up(other: Other, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_LONGEST", 1000)
    other.answers.append(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 2000)
    with pytest.raises(ValueError, match="too long"):
        await lines.ask(other.url, b"{}", PATIENT)


async def test_a_line_that_rested_long_is_not_used_again(
    other: Other, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lines.ask(other.url, b"{}", PATIENT)
    monkeypatch.setattr(wire, "_REST", 0.0)
    await lines.ask(other.url, b"{}", PATIENT)
    assert other.lines == 2


async def test_who_stops_waiting_leaves_no_line_half_used(other: Other, lines: Lines) -> None:
    other.answers.append(b"|" * 50)
    waiting = asyncio.create_task(lines.ask(other.url, b"{}", 5))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await lines.ask(other.url, b"{}", PATIENT) == (200, b"{}")


# ---------------------------------------------------------------- names


@dataclass
class Book:
    """A resolver that is slow while it is shut."""

    asked: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def look_up(self, host: str, port: int, *_more: int, **_kinds: int) -> list[AddrInfoType]:
        self.asked.append(host)
        self.open.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    book = Book()
    book.open.set()
    monkeypatch.setattr(socket, "getaddrinfo", book.look_up)
    yield book
    book.open.set()


async def test_a_name_is_looked_up_once_however_many_ask(other: Other, lines: Lines, book: Book) -> None:
    await asyncio.gather(*(lines.ask(other.url, b"{}", PATIENT) for _ in range(6)))
    assert len(book.asked) == 1


async def test_a_name_is_remembered(other: Other, lines: Lines, book: Book) -> None:
    other.answers += [FINE.replace(b"Content", b"Connection: close\r\nContent")]
    await lines.ask(other.url, b"{}", PATIENT)
    await lines.ask(other.url, b"{}", PATIENT)
    assert (other.lines, len(book.asked)) == (2, 1)


async def test_where_nobody_is_any_more_the_name_is_looked_up_again(lines: Lines, book: Book) -> None:
    server = await asyncio.start_server(Other().meet, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    server.close()
    await server.wait_closed()
    for _ in range(2):
        with pytest.raises(OSError, match="127"):
            await lines.ask(url, b"{}", PATIENT)
    assert len(book.asked) == 2


async def test_a_resolver_that_does_not_answer_leaves_all_other_threads_alone(other: Other, book: Book) -> None:
    book.open.clear()
    impatient = Lines(128, 0.05, "tests")
    asking = (impatient.ask(other.url, b"{}", PATIENT) for _ in range(40))
    assert {type(each) for each in await asyncio.gather(*asking, return_exceptions=True)} == {TimeoutError}
    async with asyncio.timeout(PATIENT):
        assert await asyncio.to_thread(lambda: "a file") == "a file"


async def test_the_answer_to_who_gave_up_serves_the_next(book: Book) -> None:
    book.open.clear()
    names = Names()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(names.addresses("api.telegram.org", 443), 0.05)
    book.open.set()
    await names.addresses("api.telegram.org", 443)
    assert len(book.asked) == 1


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """The server's side of a certificate for 127.0.0.1 that this machine trusts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now, day = datetime.now(UTC), timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = built.add_extension(here, critical=False).sign(key, hashes.SHA256())
    pem = tmp_path / "tests.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    wire._trusted.cache_clear()
    yield server
    wire._trusted.cache_clear()


async def secure(other: Other, certificate: ssl.SSLContext) -> tuple[asyncio.Server, str]:
    server = await asyncio.start_server(other.meet, "127.0.0.1", 0, ssl=certificate)
    return server, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"


async def test_it_speaks_by_tls_with_whom_the_machine_trusts(
    other: Other, lines: Lines, certificate: ssl.SSLContext
) -> None:
    server, url = await secure(other, certificate)
    assert await lines.ask(url, b"{}", PATIENT) == (200, b"{}")
    assert await lines.ask(url, b"{}", PATIENT) == (200, b"{}")
    assert other.lines == 1
    server.close()


async def test_it_says_nothing_to_whom_the_machine_does_not_trust(
    other: Other, lines: Lines, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    server, url = await secure(other, certificate)
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        await lines.ask(url, b"{}", PATIENT)
    assert other.heard == []
    server.close()


def test_the_loop_of_the_service_speaks_by_tls_too(certificate: ssl.SSLContext) -> None:
    async def twice() -> tuple[int, list[tuple[int, bytes]]]:
        other, lines = Other(), Lines(2, PATIENT, "tests")
        server, url = await secure(other, certificate)
        answers = [await lines.ask(url, b"{}", PATIENT) for _ in range(2)]
        lines.close()
        server.close()
        return other.lines, answers

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(twice()) == (1, [(200, b"{}")] * 2)
