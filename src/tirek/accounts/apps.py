"""Name of the app for Django."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """See the package."""

    name = "tirek.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
