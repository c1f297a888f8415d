"""The command as its user meets it: help, version, one clear line for wrong input, exit codes."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from small_wave import write_wave

import tirek
from tirek.cli import COMMANDS, main
from tirek.cli import tirek as command
from tirek.cli.replay import POLICIES
from tirek.engine import baselines


def run(capsys, monkeypatch, *arguments):
    """Run the command in this process; returns its exit code, stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["tirek", *map(str, arguments)])
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    out, err = capsys.readouterr()
    return code, out, err


def test_help_names_every_command_and_says_how_to_start():
    """A newcomer's first look shows all commands and the first one to try."""
    shown = CliRunner().invoke(command, ["--help"]).output
    assert all(f"  {name} " in shown for name in COMMANDS)
    assert "tirek demo" in shown


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name):
    """Each command explains itself."""
    shown = CliRunner().invoke(command, [name, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 4


def test_version(capsys, monkeypatch):
    """`tirek --version` prints the package's version."""
    code, out, _ = run(capsys, monkeypatch, "--version")
    assert code == 0
    assert tirek.__version__ in out


def test_help_offers_the_policies_that_exist():
    """The list in the help is the engine's own."""
    assert set(POLICIES) == set(baselines.POLICIES)


@pytest.mark.parametrize(
    "arguments",
    [("replay", "no-such-folder"), ("replay",), ("replay", "nj2020", "--policy", "magic"), ("nonsense",),
     ("replay", "nj2020", "--evenness", "2"), ("simulate", "atlantis"), ("bench", "no-such-folder")],
)  # fmt: skip
def test_wrong_input_is_one_line_and_exit_code_2(capsys, monkeypatch, arguments):
    """Wrong words on the command line end with exit code 2 and a line that says what was expected."""
    code, out, err = run(capsys, monkeypatch, *arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"demand": "patient_id,called_at\nP1,2020-06-01T00:00:00\n"},
         "demand.csv:1: lat, lon, bed_class, stay_hours: the column is missing"),
        ({"hospitals": "hospital_id,name,lat,lon,beds_isolation\nA,Alpha,51,71,-2\n"},
         "hospitals.csv:2: beds_isolation"),
        ({"initial": "patient_id,hospital_id,bed_class,in_bed_at,stay_hours\nI1,Z,isolation,2020-06-01,4\n"},
         "initial.csv:2: hospital_id: 'Z' is unknown"),
    ],
)  # fmt: skip
def test_a_refused_wave_leaves_nothing_behind(tmp_path, capsys, monkeypatch, files, said):
    """Bad input is refused with its file, line and field, and no output is written."""
    wave = write_wave(tmp_path / "wave", **files)
    out, page = tmp_path / "placements.csv", tmp_path / "report.html"
    code, _, err = run(capsys, monkeypatch, "replay", wave, "--out", out, "--html", page)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert not out.exists()
    assert not page.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["wave"]


def test_help_is_quick():
    """`--help` does not load the compiler or the solver."""
    program = "import sys, tirek.cli; sys.exit(not {'numba', 'highspy'}.isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_interrupted_work_says_so(capsys, monkeypatch):
    """Ctrl-C is one line, not a traceback."""
    monkeypatch.setattr(command, "main", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    code, _, err = run(capsys, monkeypatch, "demo")
    assert code == 130
    assert "stopped" in err
