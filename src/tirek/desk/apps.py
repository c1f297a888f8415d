"""Name of the app for Django."""

from django.apps import AppConfig


class Desk(AppConfig):
    """See the package."""

    name = "tirek.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
