"""Addresses of the site."""

from django.urls import include, path

from tirek.site.api import api

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
]
