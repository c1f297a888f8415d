"""What all tests share."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")  # the same examples each time: a red run speaks of the change, not of luck
