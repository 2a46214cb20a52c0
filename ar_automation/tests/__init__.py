from . import automation
