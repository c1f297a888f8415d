"""Live events: each follower gets each event once, from where it left off."""

import asyncio
import json
import threading

import pytest
from django.db import connections

from tirek.accounts.following import events_after, newest
from tirek.accounts.services import issue_token, note
from tirek.accounts.writing import write


class Browser:
    """One connection to the live events, as the server sees it."""

    def __init__(self, hub, token, query="", last=None):
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"accept", b"text/event-stream")]
        if last is not None:
            headers.append((b"last-event-id", str(last).encode()))
        self.scope = {"headers": headers, "query_string": query.encode(), "path": "/api/events"}
        self.hub, self.sent, self.gone = hub, [], asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def follow(self):
        from tirek.site.live import serve_events

        await serve_events(self.hub, self.scope, self.receive, self.send)

    def status(self):
        return self.sent[0]["status"]

    def ids(self):
        """Ids of the events that came."""
        text = b"".join(m.get("body", b"") for m in self.sent).decode()
        return [int(line[4:]) for line in text.splitlines() if line.startswith("id: ")]

    async def wait_for(self, last):
        async with asyncio.timeout(10):
            while not self.ids() or self.ids()[-1] < last:  # noqa: ASYNC110  (the server tells only the page)
                await asyncio.sleep(0.02)


def happen(room, number, hospital=""):
    with write():
        for i in range(number):
            note(room.id, "test", "something", f"thing/{i}", hospital=hospital)
    connections.close_all()


def run(story):
    """Run a story with a hub that reads the database."""
    from tirek.site.live import Hub

    async def whole():
        hub = Hub()
        reader = asyncio.create_task(hub.run())
        await asyncio.sleep(0.1)
        try:
            await story(hub)
        finally:
            reader.cancel()
            await asyncio.to_thread(hub.close)

    asyncio.run(whole())


@pytest.fixture
def token(people):
    return issue_token(people.dispatcher.name, "live", ["read"])


def test_a_page_that_was_asleep_misses_nothing(room, token):
    happen(room, 30)
    start = events_after(0, city=room.id)[0].id - 1

    async def story(hub):
        page = Browser(hub, token, last=start)
        following = asyncio.create_task(page.follow())
        await asyncio.to_thread(happen, room, 20)
        await page.wait_for(await hub.ask(newest))
        page.gone.set()
        await following
        asleep_at = page.ids()[25]
        await asyncio.to_thread(happen, room, 10)
        again = Browser(hub, token, last=asleep_at)
        following = asyncio.create_task(again.follow())
        await again.wait_for(await hub.ask(newest))
        again.gone.set()
        await following
        everything = [e.id for e in await hub.ask(lambda: events_after(start, city=room.id))]
        assert page.ids()[:26] + again.ids() == everything

    run(story)


def test_each_follower_gets_only_what_is_theirs(room, people):
    tokens = [issue_token(a.name, "live", ["read"]) for a in (people.near, people.far, people.dispatcher)]

    async def story(hub):
        last = await hub.ask(newest)
        pages = [Browser(hub, t, last=last) for t in tokens]
        following = [asyncio.create_task(p.follow()) for p in pages]
        for hospital in ("near", "far", "near"):
            await asyncio.to_thread(happen, room, 1, hospital)
        await pages[2].wait_for(last + 3)
        await pages[0].wait_for(last + 3)
        for page in pages:
            page.gone.set()
        await asyncio.gather(*following)
        assert [len(p.ids()) for p in pages] == [2, 1, 3]

    run(story)


def test_events_come_in_order_from_many_writers(room, token):
    """Nobody who has seen an id meets a smaller one later, also where ids are given before commit."""

    async def story(hub):
        page = Browser(hub, token, last=await hub.ask(newest))
        following = asyncio.create_task(page.follow())
        writers = [threading.Thread(target=lambda: [happen(room, 1) for _ in range(10)]) for _ in range(4)]
        for one in writers:
            one.start()
        for one in writers:
            await asyncio.to_thread(one.join)
        await page.wait_for(await hub.ask(newest))
        page.gone.set()
        await following
        assert page.ids() == sorted(set(page.ids()))
        assert len(page.ids()) == 40

    run(story)


@pytest.mark.parametrize(("token", "last", "status"), [("wrong", 0, 401), (None, "x", 422)])
def test_who_may_not_follow_is_told_why(room, people, token, last, status):
    token = token or issue_token(people.dispatcher.name, "live", ["read"])

    async def story(hub):
        page = Browser(hub, token, last=last)
        await page.follow()
        assert page.status() == status
        assert json.loads(page.sent[1]["body"])["status"] == status

    run(story)
