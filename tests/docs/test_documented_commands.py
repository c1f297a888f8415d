"""What the documents tell people to type is what the command takes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tirek.cli import tirek as command

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def documented():
    """Every `tirek ...` line of the console blocks and inline code of all pages."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```(?:console|sh|bash)\n(.*?)```", text, re.DOTALL)
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        for line in lines:
            words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words.startswith("tirek "):
                yield pytest.param(words.split(" #")[0], id=f"{page.relative_to(ROOT)}: {words[:60]}")


def test_there_are_documented_commands():
    """The search above finds something to hold against the command."""
    assert len(list(documented())) >= 5


@pytest.mark.parametrize("line", list(documented()))
def test_a_documented_command_is_understood(line):
    """Names, options and the kinds of their values are those that the command knows."""
    context, group = click.Context(command), command
    words = shlex.split(line)[1:]
    if words == ["--version"]:
        return
    while isinstance(group, click.Group):
        name, found, words = group.resolve_command(context, words)
        context, group = click.Context(found, parent=context, info_name=name), found
    assert group is not None
    group.parse_args(context, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    """No page points at a file that is not there."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    missing = [target for target in local if not (page.parent / target).exists()]
    assert missing == []
