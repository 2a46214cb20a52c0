"""Downloads of the reports."""

from . import aging
