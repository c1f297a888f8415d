"""Name of the app for Django."""

from django.apps import AppConfig


class Hospitals(AppConfig):
    """See the package."""

    name = "tirek.hospitals"
    label = "hospitals"
    default_auto_field = "django.db.models.BigAutoField"
