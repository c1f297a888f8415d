"""One port: live events natively, everything else by Django in threads (docs/decisions/0003)."""

import asyncio
import logging
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tirek.site.settings")
django.setup()

from django.conf import settings  # noqa: E402  (Django first)
from django.core.wsgi import get_wsgi_application  # noqa: E402

from tirek.site.live import Hub, Receive, Send, serve_events  # noqa: E402
from tirek.site.threads import InThreads  # noqa: E402
from tirek.site.warm import warm_up  # noqa: E402

log = logging.getLogger(__name__)
THREADS = int(os.environ.get("TIREK_THREADS", "8"))
EVENTS = "/api/events"


class Site:
    """The ASGI application."""

    def __init__(self) -> None:
        self.pages = InThreads(get_wsgi_application(), THREADS)
        self.hub: Hub | None = None
        self.reader: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self.hub and _wants_events(scope):
            await serve_events(self.hub, scope, receive, send)
        elif scope["type"] == "http":
            await self.pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end with the server."""
        await receive()
        self.hub = Hub()
        self.reader = asyncio.create_task(self.hub.run())
        try:
            await self.hub.ask(warm_up)
        except Exception:
            log.exception("the room could not be warmed up; first requests will be slow")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.reader.cancel()
        await asyncio.to_thread(self.hub.close)
        await send({"type": "lifespan.shutdown.complete"})


def _wants_events(scope: dict[str, Any]) -> bool:
    """Whether this is a follower of live events; one that came without TLS is Django's to send there."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != EVENTS:
        return False
    headers = dict(scope["headers"])
    if b"text/event-stream" not in headers.get(b"accept", b""):
        return False
    secure = scope.get("scheme") == "https"
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        secure = headers.get(b"x-forwarded-proto") == b"https"
    return secure or not settings.SECURE_SSL_REDIRECT


app = Site()
