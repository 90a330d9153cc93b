"""The outside, as real servers on this machine: the only thing that tests stand in for."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Spoken:
    """A message as the call-up would hand it out."""

    number: str = "13900000001"
    text: str = "【安澜】台风红色预警，请立即到岗"
    channel: str = "SMS"
    urgent: bool = True
    ref: UUID = field(default_factory=uuid4)


@dataclass
class Provider:
    """A provider's endpoint: keeps what it was sent, answers as it is told to."""

    url: str = ""
    status: int = 200
    answer: Callable[[dict[str, Any]], Any] | None = None
    delay: threading.Event | None = None  # until it is set, nothing is answered
    asked: list[tuple[str, Any, bytes]] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.asked]

    def messages(self) -> list[dict[str, Any]]:
        return [each for body in self.bodies() for each in body["messages"]]


def takes_all(content: dict[str, Any]) -> Any:
    return {
        "results": [{"ref": each["ref"], "taken": True} for each in content.get("messages", ())]
    }


@contextmanager
def provider(path: str = "/v1/send?app=7") -> Iterator[Provider]:
    """A provider that takes everything, until told otherwise."""
    kept = Provider(answer=takes_all)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.asked.append((self.path, self.headers, body))
            if kept.delay:
                kept.delay.wait(20)
            said = kept.answer(_json(body)) if kept.answer else b"\xff not JSON"
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            with suppress(BrokenPipeError):  # whoever asked has given up
                self.send_response(kept.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}{path}"
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return {"messages": []}
