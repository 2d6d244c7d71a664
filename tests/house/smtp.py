"""A mail server of one's own, on the loopback, that can be down, refuse, hang, or accept and remember."""

from __future__ import annotations

import email
import email.policy
import socket
import socketserver
import threading
from email.message import EmailMessage
from typing import Any, cast


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("MailServer", self.server)
        if server.mood == "refuse":
            self.wfile.write(b"421 not now\r\n")
            return
        self.wfile.write(b"220 essai\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go\r\n")
                server.keep(self._text())
                if server.mood == "hang":  # it has the message, and the sender will never know
                    server.held.set()
                    server.over.wait(60)
                    return
                self.wfile.write(b"250 kept\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    """`mood`: accept, refuse (421), hang (after it has kept a message). `received` holds what was kept, in order."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mood: str = "accept", port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.mood = mood
        self.received: list[EmailMessage] = []
        self.held, self.over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def keys(self) -> list[str]:
        """The Message-ID of each mail received."""
        return [str(message["Message-ID"]) for message in self.received]

    def keep(self, content: bytes) -> None:
        """Remember a message."""
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        with self._lock:
            self.received.append(cast("EmailMessage", parsed))

    def __exit__(self, *args: Any) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


def closed_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
