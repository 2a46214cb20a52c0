"""Dunning: whom to remind of what, on which level, and why not."""
