"""A bank on loopback: one ledger, many protocols.

Real banks differ in protocol, not in what happened on the account. So there is one truth here,
the :class:`~.ledger.Ledger`, and a *face* for each protocol that tells it in that
protocol's words, as its documentation describes them. Nothing here imports the addon: a
connector that reads a face correctly agrees with a second, independent reading of the protocol.

* ``ledger``: accounts and movements, and what the bank shows of them at a given moment.
* ``generator``: a ledger from a seed, with twins, fees, returns, late and withdrawn bookings.
* ``clock``: the bank's own time, which tests move.
* ``scenario``: what goes wrong, how often, on which paths.
* ``face``: what a protocol has to implement; ``faces/`` holds them, one file each.
* ``server``: one process on 127.0.0.1, a port for each face and one for ``control``.

``python -m bank_simulator`` starts it and prints the addresses as one line of JSON.
"""

from .clock import Clock
from .face import Bank, Request, Response
from .ledger import Account, Edit, Ledger, Movement, Party, Shown
from .scenario import Fault, Scenario
from .server import BankServer
