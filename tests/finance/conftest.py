"""Tests of figures assert no duration: how long an example takes says more about the machine than about the rule."""

from hypothesis import settings

settings.register_profile("finance", deadline=None)
settings.load_profile("finance")
