"""Any bank with a REST interface, described by data: a new bank needs no code.

A *description* is a JSON text that says where the service is, how one logs in, how accounts and
transactions are asked for, how one gets from page to page, and where in the answer each
value stands. ``example.json`` beside this file is a complete one; ``docs/banks/generic-rest.md``
explains every key. It holds no secret: user name and secret are settings of the connection, and
``{secret}`` stands for them where they are to be sent.

The description is checked whole before it is used, and every fault is told at once by the name
of its key. Nothing in it is run: paths (``items[*].amount``) and placeholders (``{from_date}``) are
all it knows.
"""

from .connector import PROVIDER as PROVIDER
