"""The package as a whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import tirek

PRINT_FOLDER = "import tirek, os; print(os.environ['NUMBA_CACHE_DIR'])"


def cache_folder(source, **environment):
    """Folder for compiled code that a copy of the package in `source` chooses."""
    known = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    run = subprocess.run(
        [sys.executable, "-c", PRINT_FOLDER], check=True, capture_output=True, text=True,
        env={**known, "PYTHONPATH": str(source), **environment},
    )  # fmt: skip
    return run.stdout.strip()


def test_compiled_code_of_another_engine_is_never_used(tmp_path):
    """A change in the engine leads to another cache folder; one that the user names is left alone."""
    shutil.copytree(
        Path(tirek.__file__).parent, tmp_path / "tirek", ignore=shutil.ignore_patterns("__pycache__")
    )
    before = cache_folder(tmp_path)
    assert before == cache_folder(tmp_path)
    choice = tmp_path / "tirek" / "engine" / "choice.py"
    choice.write_text(choice.read_text(encoding="utf-8") + "\n# another engine\n", encoding="utf-8")
    assert cache_folder(tmp_path) != before
    assert cache_folder(tmp_path, NUMBA_CACHE_DIR="mine") == "mine"
