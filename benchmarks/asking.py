"""Asking over HTTP as fast as a server answers: keep-alive connections, as little work as can be.

What a client costs is taken from the machine that the server runs on, so it is written on bare sockets.
"""

import socket
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self


class NotAnswered(Exception):
    """A reply that is not 200, or none."""


class Asker:
    """`count` connections to a server of this machine, asked in turn: as many requests wait at a time.

    `headers` go with every request.
    """

    def __init__(self, port: int, *, count: int, headers: Mapping[str, str]) -> None:
        told = {"Host": "127.0.0.1", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(1 << 20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for each in self._sockets:
            each.close()

    def ask(self, paths: Sequence[str]) -> int:
        """Ask for each path and wait for all replies. Returns the bytes received; raises NotAnswered."""
        requests = [f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode("ascii") for path in paths]
        count = len(self._sockets)
        received = 0
        for place, request in enumerate(requests[:count]):
            self._sockets[place].sendall(request)
        for place in range(len(requests)):
            connection = self._sockets[place % count]
            received += self._reply(connection)
            if place + count < len(requests):
                connection.sendall(requests[place + count])
        return received

    def _reply(self, connection: socket.socket) -> int:
        got = connection.recv_into(self._buffer)
        while (end := self._buffer.find(b"\r\n\r\n", 0, got)) < 0:
            more = connection.recv_into(memoryview(self._buffer)[got:])
            if not more:
                raise NotAnswered("the server hung up")
            got += more
        head = bytes(self._buffer[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise NotAnswered(head.splitlines()[0].decode("ascii", "replace"))
        at = head.index(b"content-length:") + len(b"content-length:")
        length = int(head[at:].split(b"\r\n", 1)[0])
        missing = length - (got - end - 4)
        while missing > 0:
            more = connection.recv_into(self._buffer)
            if not more:
                raise NotAnswered("the server hung up")
            missing -= more
        return length
