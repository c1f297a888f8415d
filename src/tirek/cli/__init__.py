"""The `tirek` command."""

import sys
from importlib import import_module

import click

from tirek import __version__
from tirek.domain.errors import InputError

COMMANDS = {
    "bench": "tirek.cli.bench:bench",
    "city": "tirek.cli.city:city",
    "demo": "tirek.cli.demo:demo",
    "doctor": "tirek.cli.web:doctor",
    "migrate": "tirek.cli.web:migrate",
    "replay": "tirek.cli.replay:replay",
    "room": "tirek.cli.web:room",
    "serve": "tirek.cli.web:serve",
    "simulate": "tirek.cli.simulate:simulate",
    "user": "tirek.cli.web:user",
}
"""Where each command lives; it is imported when it is asked for, so that `--help` answers at once."""


class _Commands(click.Group):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="tirek")
def tirek() -> None:
    """Tirek: the situation centre of a city in an epidemic.

    Takes every call, counts every bed, keeps the hospitals evenly loaded. Start with `tirek demo`.
    """


def main() -> None:
    """Run the command; wrong input is one line on stderr and exit code 2, never a traceback."""
    try:
        tirek.main(prog_name="tirek", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_:
        click.echo(help_.format_message())
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except InputError as wrong:
        click.echo(f"tirek: {wrong}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("tirek: stopped; nothing was half-written", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as problem:
        click.echo(f"tirek: {problem.filename or 'file'}: {problem.strerror or problem}", err=True)
        sys.exit(2)
