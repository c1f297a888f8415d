"""The bridge between the server and Django: what goes out is what HTTP allows."""

import asyncio

import h11

from tirek.site.threads import InThreads


def answer(app, method="GET"):
    """What the bridge sends for one request to `app`."""
    sent = []
    scope = {
        "type": "http", "method": method, "path": "/", "query_string": b"", "http_version": "1.1",
        "headers": [],
    }  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(InThreads(app, 1)(scope, receive, send))
    return sent


def cookie_page(_environ, start_response):
    """Django begins a cookie's value with a space, which servers of WSGI take off."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", " csrftoken=abc; Path=/")])
    return [b"<html>"]


def test_a_page_that_sets_a_cookie_reaches_the_browser():
    """The log-in page sets a cookie; the server used to end the connection over the space before it."""
    start, body = answer(cookie_page)
    assert (b"set-cookie", b"csrftoken=abc; Path=/") in start["headers"]
    h11.Response(status_code=start["status"], headers=start["headers"])  # refuses what HTTP forbids
    assert body["body"] == b"<html>"


def test_head_has_no_body():
    """HEAD answers as GET does, without the content."""
    assert answer(cookie_page, "HEAD")[1]["body"] == b""
