"""Tirek: the situation centre of a city in an epidemic."""

import hashlib
import os
from pathlib import Path

__version__ = "0.1.0"


def _keep_compiled_code_apart() -> None:
    """Give numba a cache folder of this very source.

    numba sees that a compiled function's own file changed, not that a function it calls did: a simulator
    could go on with an older engine. A folder named by a digest of every compiled source rules that out, and
    works where the package itself cannot be written to. `NUMBA_CACHE_DIR`, when set, wins.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for folder in ("domain", "engine", "roads", "simulation"):
        for source in sorted((here / folder).rglob("*.py")):
            digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ["NUMBA_CACHE_DIR"] = str(base / "tirek" / f"compiled-{digest.hexdigest()[:16]}")


_keep_compiled_code_apart()
