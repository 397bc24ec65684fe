"""A door in front of a server that counts the bytes which pass it, as a network's meter would."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Bytes sent to the server and answered by it, headers and all, through the door at `port`."""

    port: int = 0
    sent: int = 0
    answered: int = 0
    _closing: asyncio.Event = field(default_factory=asyncio.Event)


@contextmanager
def counted(server_port: int) -> Iterator[Wire]:
    """Open a door to the server on a port of its own."""
    wire = Wire()
    loop = asyncio.new_event_loop()
    is_open = threading.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(_serve(wire, server_port, is_open)), daemon=True)
    thread.start()
    is_open.wait(10)
    try:
        yield wire
    finally:
        loop.call_soon_threadsafe(wire._closing.set)
        thread.join(10)


async def _serve(wire: Wire, server_port: int, is_open: threading.Event) -> None:
    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", server_port)
        await asyncio.gather(
            _pass(reader, up_writer, wire, "sent"), _pass(up_reader, writer, wire, "answered"), return_exceptions=True
        )

    server = await asyncio.start_server(both, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    is_open.set()
    await wire._closing.wait()
    server.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire, way: str) -> None:
    try:
        while data := await reader.read(65_536):
            setattr(wire, way, getattr(wire, way) + len(data))
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
