"""Ponto (Isabel Group): many European banks behind one service, for the account owner's own use.

In *myPonto* the owner connects the bank and allows reading; what we get is a client id and a
client secret, changed for a token of half an hour. Ponto reads the banks four times a day on its
own; a *synchronization* asks it to look once more, which takes some seconds and is
waited for only so long: what it finds later is there at the next sync.

* Transactions come newest first, ``after`` leads to older ones. Reading ends when a whole page
  is older than the window, since the order follows the bank's, not strictly the day.
* What is not booked yet is a resource of its own with ids of its own: the booked transaction
  has another id. Such lines are told last, without a name that would outlive them.
* The consent ends where the earliest account's authorisation ends.
* A day is taken as written; Ponto writes midnight UTC for a day without a time.

Sources: documentation.ibanity.com/ponto-connect (API 2), the public client libraries of Ibanity.
"""

from .connector import PROVIDER as PROVIDER
