"""Django under WSGI in threads, behind an ASGI server: one hop there and one back for each request.

Answers are small and go out whole; a body larger than `LARGEST_BODY` is refused before it is read.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Environ = dict[str, Any]
WSGI = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LARGEST_BODY = 10_000_000


class InThreads:
    """An ASGI application that answers HTTP by a WSGI one, in `threads` threads that live as long as it."""

    def __init__(self, app: WSGI, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _read(receive)
        if body is None:
            await send({"type": "http.response.start", "status": 413, "headers": [(b"connection", b"close")]})
            await send({"type": "http.response.body", "body": b""})
            return
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self.pool, self._answer, _environ(scope, body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, environ: Environ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started.append((status, headers))

        parts = self.app(environ, start)
        try:
            content = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = started[-1]
        # Django begins a cookie's value with a space; HTTP forbids it, and servers of WSGI take it off.
        wire = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
        return int(status.split(" ", 1)[0]), wire, b"" if environ["REQUEST_METHOD"] == "HEAD" else content


async def _read(receive: Receive) -> bytes | None:
    """The whole body; `None` where it is too large, or the other end went away."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _environ(scope: dict[str, Any], body: bytes) -> Environ:
    """The request as WSGI tells it.

    Header names with an underscore are dropped: they would pass for those with a hyphen (`X_Forwarded_Proto`).
    """
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        text = value.decode("latin-1")
        joint = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
