"""Connections to banks: one file per provider, behind one contract.

* ``contract``: what a provider is asked and what it answers, in the words of a bank feed.
* ``errors``: the six ways in which a bank can fail us, each with what to do about it.
* ``registry``: the providers there are; ``providers`` enters those that this addon brings.

A connector knows one provider's protocol and nothing of Odoo, of keys or of what was
imported before: it turns answers into :class:`~.contract.Page` objects. What is new, changed
or withdrawn is decided in one place for all of them.
"""

from . import providers
