"""What must not lie readable in a database file: telephone numbers, stored answers."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt with the newest key; empty stays empty."""
    return _box(tuple(settings.SEAL_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Read what `seal` wrote, under any key that is still kept."""
    return _box(tuple(settings.SEAL_KEYS)).decrypt(sealed.encode()).decode() if sealed else ""
