"""Live events (SSE): every follower of the log gets each event once, from where it left off.

One reader per process asks the database for what is new; followers read from what it remembers, and from the
database where they are farther behind. A slow follower holds up nobody: nothing is queued for it.
"""

import asyncio
import bisect
import contextlib
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.db import close_old_connections, connections

from tirek.accounts.actors import Actor, Right
from tirek.accounts.api import actor_of_headers
from tirek.accounts.following import Told, events_after, newest
from tirek.accounts.problems import Problem

log = logging.getLogger(__name__)
T = TypeVar("T")
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

POLL_SECONDS = 0.2
REMEMBERED = 5000
BEAT_SECONDS = 15.0
"""A comment is sent so often, so that both ends notice a lost connection; rights are looked up anew as often."""


class Follower(NamedTuple):
    """Who follows, and what they may."""

    actor: Actor
    city: str
    hospital: str | None

    def gets(self, told: Told) -> bool:
        """Whether this event is theirs to see."""
        return told.city == self.city and self.hospital in {None, told.hospital}


class Hub:
    """What is new, for all followers of this process."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(4, thread_name_prefix="live")
        self._ids: list[int] = []
        self._recent: list[tuple[Told, bytes]] = []
        self._from = 0
        self._news = asyncio.Event()
        self._open: dict[int, Any] = {}

    def close(self) -> None:
        """End the threads and their connections."""
        self.pool.shutdown()
        for connection in self._open.values():
            connection.inc_thread_sharing()
            connection.close()

    async def ask(self, question: Callable[..., T], *args: Any) -> T:
        """Ask the database in a thread."""

        def answer() -> T:
            close_old_connections()
            self._open[threading.get_ident()] = connections["default"]
            return question(*args)

        return await asyncio.get_running_loop().run_in_executor(self.pool, answer)

    async def run(self) -> None:
        """Read what is new for ever; a database that is away is asked again."""
        last: int | None = None
        while True:
            try:
                if last is None:
                    last = self._from = await self.ask(newest)
                new = await self.ask(events_after, last)
            except Exception as problem:  # noqa: BLE001  (whatever it is, followers wait for the next round)
                log.warning("live events: the database does not answer (%s)", type(problem).__name__)
                await asyncio.sleep(1)
                continue
            if new:
                last = new[-1].id
                self._remember(new)
            if len(new) < 500:
                await asyncio.sleep(POLL_SECONDS)

    def _remember(self, new: list[Told]) -> None:
        self._recent += [(told, as_frame(told)) for told in new]
        if len(self._recent) > 2 * REMEMBERED:
            self._from = self._recent[-REMEMBERED - 1][0].id
            self._recent = self._recent[-REMEMBERED:]
        self._ids = [told.id for told, _ in self._recent]
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def after(self, last: int, follower: Follower) -> tuple[int, bytes]:
        """What this follower has not got yet, and the id up to which that is all of it; waits at most a beat."""
        if last < self._from:
            told = await self.ask(lambda: events_after(last, city=follower.city, hospital=follower.hospital))
            if len(told) == 500:
                return told[-1].id, b"".join(map(as_frame, told))
            # Whatever else is missing, the reader remembers.
            last = max(self._from, told[-1].id if told else 0)
            return last, b"".join(map(as_frame, told))
        news = self._news
        if not self._ids or self._ids[-1] <= last:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), BEAT_SECONDS)
        start = bisect.bisect_right(self._ids, last)
        mine = [frame for told, frame in self._recent[start:] if follower.gets(told)]
        return (self._ids[-1] if start < len(self._ids) else last), b"".join(mine)


def as_frame(told: Told) -> bytes:
    """An event as it goes over the wire."""
    data = json.dumps(told.as_json(), ensure_ascii=False, separators=(",", ":"))
    return f"id: {told.id}\nevent: {told.what}\ndata: {data}\n\n".encode()


def follower_of(headers: dict[bytes, bytes], city: str | None) -> Follower | None:
    """Who asks, by token or session; `None` where nobody is known. A problem where they may not."""
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        cookies = SimpleCookie()
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    actor = actor_of_headers(
        headers.get(b"authorization", b"").decode("latin-1"), session.value if session else ""
    )
    if actor is None:
        return None
    name = actor.city(city)
    only = actor.only_hospital(name)
    crew = next((role.crew for role in actor.roles if role.city == name and role.crew), "")
    actor.must(Right.SEE_EVENTS, name, hospital=only or "", crew=crew)
    return Follower(actor, name, only)


async def serve_events(hub: Hub, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer one follower until it goes away or may no longer follow."""
    headers = dict(scope["headers"])
    query = parse_qs(scope["query_string"].decode("latin-1"))
    city = query.get("city", [None])[0]
    try:
        follower = await hub.ask(follower_of, headers, city)
        last = _resume_at(headers.get(b"last-event-id", b"").decode("latin-1") or query.get("after", [""])[0])
    except Problem as problem:
        await _refuse(problem, send)
        return
    if follower is None:
        await _refuse(Problem(401, "unauthenticated", "log in, or send a token"), send)
        return
    if last is None:
        last = await hub.ask(newest)
    await send({
        "type": "http.response.start", "status": 200,
        "headers": [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no")],
    })  # fmt: skip
    await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
    gone = asyncio.create_task(_until_gone(receive))
    telling = asyncio.create_task(_tell(hub, follower, last, headers, send))
    await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
    for task in (gone, telling):
        task.cancel()
    await asyncio.gather(gone, telling, return_exceptions=True)


async def _tell(hub: Hub, follower: Follower, last: int, headers: dict[bytes, bytes], send: Send) -> None:
    clock = asyncio.get_running_loop().time
    checked = clock()
    while True:
        last, frames = await hub.after(last, follower)
        if clock() - checked >= BEAT_SECONDS:
            checked = clock()
            try:
                if await hub.ask(follower_of, headers, follower.city) is None:
                    break
            except Problem:
                break
            frames = frames or b": still here\n\n"
        if frames:
            await send({"type": "http.response.body", "body": frames, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _resume_at(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem(422, "invalid", "expected the id of an event", field="Last-Event-ID")
    return int(text)


async def _refuse(problem: Problem, send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem.body()).encode()})
