"""Keys of this installation: from the environment, else from a file that only its owner can read."""

import json
import os
import secrets
import tempfile
from pathlib import Path

from tirek.domain.errors import InputError

FILE = "secrets.json"
OWNER_ONLY = 0o600


def load_secrets(data: Path) -> tuple[str, list[str]]:
    """Django's secret key and the sealing keys, newest first; made on the first start."""
    secret, seals = os.environ.get("TIREK_SECRET_KEY"), os.environ.get("TIREK_SEAL_KEYS")
    if secret and seals:
        return secret, seals.split(",")
    path = data / FILE
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise InputError("others can read this file: `chmod 600` it", source=str(path))
    try:
        kept = json.loads(path.read_text("utf-8"))
        return secret or str(kept["secret_key"]), seals.split(",") if seals else list(kept["seal_keys"])
    except (ValueError, KeyError, TypeError):
        raise InputError("expected secret_key and seal_keys in JSON", source=str(path)) from None


def _make(path: Path) -> None:
    """Write new keys; of several processes that start at once, one wins and all read what it wrote."""
    from cryptography.fernet import Fernet

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = {"secret_key": secrets.token_urlsafe(50), "seal_keys": [Fernet.generate_key().decode()]}
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(keys, out)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
