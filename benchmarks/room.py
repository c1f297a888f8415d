# ruff: noqa: E501, E731, TRY300
"""Whole flows (call, triage, proposal, confirm) over HTTP, durable, and watchers of live events beside them.

    .venv/bin/python benchmarks/room.py [--clients 20] [--seconds 10] [--watchers 0] [--app threads]

`DATABASE_URL` names a PostgreSQL database; SQLite otherwise. `--app asgi` and `--app a2wsgi` (where installed)
are what docs/decisions/0003 compares with.
"""

import argparse
import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PORT = 18_123
TIREK = [sys.executable, "-c", "from tirek.cli import main; main()"]
APPS = {
    "threads": "from tirek.site.asgi import app",
    "asgi": "import tirek.site.asgi; from django.core.asgi import get_asgi_application; app = get_asgi_application()",
    "a2wsgi": "from tirek.site.asgi import app; from a2wsgi import WSGIMiddleware; "
    "app.pages = WSGIMiddleware(app.pages.app, workers=8)",
}
OXYGEN = {"stream": "infectious", "bed_class": "oxygen"}
numbers = itertools.count()


class Client:
    """One dispatcher's program: a connection that stays open."""

    def __init__(self, token):
        self.token, self.took = token, []
        self.http = http.client.HTTPConnection("127.0.0.1", PORT)

    def post(self, path, body=None):
        headers = {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
            "Idempotency-Key": f"{os.getpid()}-{next(numbers)}",
        }  # fmt: skip
        start = time.perf_counter()
        self.http.request("POST", f"/api/{path}", json.dumps(body or {}), headers)
        answer = self.http.getresponse()
        told = json.loads(answer.read())
        self.took.append(time.perf_counter() - start)
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {told}")
        return told

    def flow(self):
        call = self.post("calls", {"place": {"lat": 51.13, "lon": 71.43}, "phone": "103", "spo2": 90})["id"]
        self.post(f"calls/{call}/triage", OXYGEN | {"urgency": 2})
        chosen = self.post(f"calls/{call}/placement/proposal")["chosen"]
        self.post(f"calls/{call}/placement", {"hospital": chosen["hospital"], "bed_class": "oxygen"})


def watch(token, delays, ready, stop):
    """Follow live events; the delay of each from its server time."""
    from datetime import datetime

    with socket.create_connection(("127.0.0.1", PORT)) as line:
        line.sendall(
            f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        line.settimeout(1)
        buffer = b""
        ready.release()
        while not stop.is_set():
            try:
                buffer += line.recv(65536)
            except TimeoutError:
                continue
            now = time.time()
            *whole, buffer = buffer.split(b"\n\n")
            for frame in whole:
                data = frame.partition(b"data: ")[2]
                if data:
                    delays.append(now - datetime.fromisoformat(json.loads(data)["at"]).timestamp())


def serve(folder, app):
    """Start the server on a training room with many beds; its process and a token."""
    env = os.environ | {
        "TIREK_DATA": str(folder),
        "TIREK_PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "tirek.site.settings",
    }
    run = lambda *words: (
        subprocess.run([*TIREK, *words], env=env, check=True, capture_output=True, text=True).stdout
    )
    run("migrate")
    run("room", "open", "astana", "--training", "--id", "load")
    run("user", "add", "load", "--role", "senior", "--city", "load")
    scopes = [x for name in ("read", "calls", "placements", "beds") for x in ("--scope", name)]
    token = run("user", "token", "load", *scopes).strip()
    code = (
        f"{APPS[app]}; import uvicorn; uvicorn.run(app, port={PORT}, access_log=False, log_level='warning')"
    )
    server = subprocess.Popen([sys.executable, "-c", code], env=env)
    for _ in range(300):
        try:
            Client(token).http.connect()
            return server, token
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--clients", type=int, default=20)
    ask.add_argument("--seconds", type=float, default=10)
    ask.add_argument("--watchers", type=int, default=0)
    ask.add_argument("--app", choices=APPS, default="threads")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server, token = serve(Path(folder), given.app)
        try:
            measure(given, token)
        finally:
            server.terminate()
            server.wait()


def measure(given, token):
    first = Client(token)
    for hospital in ("city-1", "city-2", "modular", "ramada"):
        first.post(f"hospitals/{hospital}/beds", OXYGEN | {"staffed": 50_000, "occupied": 10})
    first.flow()
    delays, ready, stop = [], threading.Semaphore(0), threading.Event()
    watchers = [
        threading.Thread(target=watch, args=(token, delays, ready, stop)) for _ in range(given.watchers)
    ]
    for one in watchers:
        one.start()
    for _ in watchers:
        ready.acquire()
    clients = [Client(token) for _ in range(given.clients)]
    done, end = [], time.perf_counter() + given.seconds

    def work(client):
        while time.perf_counter() < end:
            client.flow()
            done.append(1)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    start = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    seconds = time.perf_counter() - start
    time.sleep(1 if watchers else 0)
    stop.set()
    took = sorted(t for client in clients for t in client.took)
    print(
        f"{given.app}: {len(done) / seconds:.1f} whole flows/s ({len(took) / seconds:.0f} requests/s) with "
        f"{given.clients} clients; a request {1000 * statistics.median(took):.0f} ms median, "
        f"{1000 * took[int(len(took) * 0.99)]:.0f} ms p99"
    )
    if delays:
        delays.sort()
        print(
            f"{given.watchers} watchers: {len(delays)} events, p99 {delays[int(len(delays) * 0.99)]:.2f} s late"
        )


if __name__ == "__main__":
    main()
