"""A stream of phones that send contributions and, as phones do, send again until they are told that it has arrived."""

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.seeds import TRELLEBORG_LONLAT

SENDERS = 6


@dataclass
class Stream:
    """What was sent and what was acknowledged, by client UUID; `lost` counts sendings that got no answer."""

    port: int
    door: str
    sent: dict[str, dict[str, object]] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    lost: int = 0
    refused: set[int] = field(default_factory=set)
    _enough: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Stream":
        self._threads = [threading.Thread(target=self._send_on, args=(number,)) for number in range(SENDERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in self._threads)

    def wait_for(self, more: int, seconds: float = 60) -> None:
        """Return when so many more were acknowledged."""
        goal, deadline = len(self.acknowledged) + more, time.monotonic() + seconds
        while len(self.acknowledged) < goal:
            assert time.monotonic() < deadline, f"only {len(self.acknowledged)} of {goal} arrived; {self.refused}"
            time.sleep(0.01)

    def send(self, client_id: str) -> tuple[int, str]:
        """One sending: the status and the receipt."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            body = json.dumps(self.sent[client_id]).encode()
            connection.request("POST", self.door, body, {"Content-Type": "application/geo+json"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(content)["receipt"] if answer.status in {200, 201} else ""

    def _send_on(self, number: int) -> None:
        while not self._enough.is_set():
            client_id = str(uuid.uuid4())
            self.sent[client_id] = _feature(client_id, len(self.sent) + number)
            self._send_until_told(client_id)

    def _send_until_told(self, client_id: str) -> None:
        while not self._enough.is_set():
            try:
                status, receipt = self.send(client_id)
            except (OSError, http.client.HTTPException, ValueError):
                self.lost += 1
                time.sleep(0.05)
                continue
            if receipt:
                self.acknowledged[client_id] = receipt
                return
            self.refused.add(status)
            time.sleep(0.05)


def _feature(client_id: str, number: int) -> dict[str, object]:
    lon, lat = TRELLEBORG_LONLAT
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon + number % 40 * 1e-4, lat + number % 30 * 1e-4]},
        "properties": {"client_id": client_id, "category": "belysning", "text": f"Det är mörkt här, {number}."},
    }
