"""Clients that cost next to nothing themselves: requests made beforehand, plain sockets kept open, a process each."""

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What came back: status, body as sent (perhaps compressed), seconds from the first byte out to the last one in."""

    status: int
    headers: bytes
    body: bytes
    seconds: float


def get(path: str, headers: str = "") -> bytes:
    """A GET request in bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: bench.local\r\n{headers}\r\n".encode()


def post(path: str, body: bytes, content_type: str) -> bytes:
    """A POST request in bytes."""
    about = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: bench.local\r\n{about}\r\n".encode() + body


def ask_all(port: int, requests: Sequence[bytes]) -> list[Answer]:
    """Send one after the other on one connection."""
    with socket.create_connection(("127.0.0.1", int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return [_ask(connection, request) for request in requests]


def together(port: int, shares: Sequence[Sequence[bytes]]) -> tuple[float, list[Answer]]:
    """A process for each share, all starting at one moment: the seconds of the whole, and the answers."""
    with multiprocessing.get_context("fork").Pool(len(shares)) as pool:
        start = time.perf_counter() + 0.5
        answers = pool.starmap(_from, [(start, port, share) for share in shares], chunksize=1)
    return max(ended for ended, _ in answers) - start, [one for _, share in answers for one in share]


def _from(start: float, port: int, requests: Sequence[bytes]) -> tuple[float, list[Answer]]:
    time.sleep(max(0.0, start - time.perf_counter()))
    answers = ask_all(port, requests)
    return time.perf_counter(), answers


def _ask(connection: socket.socket, request: bytes) -> Answer:
    start = time.perf_counter()
    connection.sendall(request)
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head, body = received[:end], received[end + 4 :]
    length = _length(head)
    while len(body) < length:
        body += _more(connection)
    return Answer(int(head[9:12]), head, body, time.perf_counter() - start)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionError("the server hung up")
    return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
