"""What a protocol has to implement: one class with a name and ``handle``.

>>> class Hello(Face):
...     name = "hello"
...     def handle(self, bank, request):
...         return Response.json({"accounts": len(bank.ledger.accounts())})
>>> from .clock import Clock
>>> from .ledger import Ledger
>>> from .scenario import Scenario
>>> bank = Bank(Ledger(), Clock(), Scenario())
>>> Hello().handle(bank, Request("GET", "/")).body
b'{"accounts":0}'
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from .clock import Clock
from .ledger import Ledger
from .scenario import Fault, Scenario


@dataclass
class Bank:
    """What all faces share.

    ``settings`` are what the bank and its customer agreed on (client ids, secrets, public keys),
    by names that begin with the face's (``plaid.secret``); tests change them. ``memory`` is
    what a face has to remember between requests (tokens, consents); use it under ``lock``.
    """

    ledger: Ledger
    clock: Clock
    scenario: Scenario
    settings: dict[str, str] = field(default_factory=dict)
    memory: dict[Any, Any] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    def setting(self, name: str, default: str = "") -> str:
        """Return what was agreed on, or the simulator's own default."""
        return self.settings.get(name, default)

    def count_read(self, limit_name: str, *key: object) -> bool:
        """Count one unattended reading on this day; return whether it was still allowed.

        The limit a day is the setting ``limit_name``; 0, the default, means none.
        """
        limit = int(self.setting(limit_name, "0"))
        if not limit:
            return True
        place = ("reads", limit_name, self.clock.now().date(), *key)
        with self.lock:
            self.memory[place] = self.memory.get(place, 0) + 1
            return bool(self.memory[place] <= limit)


@dataclass(frozen=True)
class Request:
    """What a client sent. Header names are lower-case; of repeated query values the last counts.

    ``origin`` is the face's own address (``http://127.0.0.1:40123``), for links in answers.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = ""
    faults: tuple[Fault, ...] = ()
    repeated: dict[str, list[str]] = field(default_factory=dict)

    def has_fault(self, kind: str) -> bool:
        """Whether the scenario wants this to go wrong now."""
        return any(fault.kind == kind for fault in self.faults)

    def json(self) -> Any:
        """Return the body as JSON, numbers with a point as ``Decimal``.

        :raise ValueError: if it is none
        """
        return json.loads(self.body, parse_float=Decimal)

    def parts(self) -> list[str]:
        """Return the path's parts: ``/v1/accounts/7/`` is ``["v1", "accounts", "7"]``."""
        return [part for part in self.path.split("/") if part]


@dataclass(frozen=True)
class Response:
    """What the bank answers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> "Response":
        """Answer with JSON; ``Decimal`` is written as a number with all its digits."""
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        body = write_json(value).encode()
        return cls(status, body, {"Content-Type": "application/json", **names})

    @classmethod
    def xml(cls, body: bytes, status: int = 200) -> "Response":
        """Answer with an XML document."""
        return cls(status, body, {"Content-Type": "text/xml; charset=utf-8"})


class Face:
    """A protocol: it reads a request and tells the ledger in the protocol's words."""

    name = ""

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer one request; called from several threads."""
        raise NotImplementedError

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return this protocol's own words for ``rate_limited`` or ``server_error``; None: plain.

        The server adds ``Retry-After``.
        """
        return None


Handler = Callable[..., Response]


class RoutedFace(Face):
    """A protocol of addresses: each route is a function of bank, request and the path's names.

    >>> _match("GET /accounts/{id}", Request("GET", "/accounts/7/"))
    ['7']
    """

    routes: ClassVar[Mapping[str, Handler]] = {}
    # Routes of ``routes`` that need no admission: tokens are given there, browsers come there.
    public: ClassVar[frozenset[str]] = frozenset()

    def handle(self, bank: Bank, request: Request) -> Response:
        """Admit the client, then answer by the route that fits."""
        for pattern, handler in self.routes.items():
            names = _match(pattern, request)
            if names is not None:
                refused = None if pattern in self.public else self.admit(bank, request)
                return refused or handler(bank, request, *names)
        return self.admit(bank, request) or self.refuse_unknown(request)

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Return a refusal for a client that may not ask; None if it may."""
        return None

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return Response(404)


def _match(pattern: str, request: Request) -> list[str] | None:
    """Return the parts of a path that stand where a pattern has braces; None if it does not fit."""
    method, _, path = pattern.partition(" ")
    wanted = [part for part in path.split("/") if part]
    parts = request.parts()
    if method != request.method or len(wanted) != len(parts):
        return None
    pairs = list(zip(wanted, parts, strict=True))
    if any(name != part for name, part in pairs if not name.startswith("{")):
        return None
    return [part for name, part in pairs if name.startswith("{")]


def write_json(value: Any) -> str:
    """Write JSON; the standard library's writer would send a ``Decimal`` through a float.

    >>> write_json({"amount": Decimal("10.10"), "lines": [None, "a"]})
    '{"amount":10.10,"lines":[null,"a"]}'
    """
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key))}:{write_json(inner)}" for key, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(write_json, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return f'"{value.isoformat()}"'
    return json.dumps(value, ensure_ascii=False)


Direction = Literal["CRDT", "DBIT"]


def direction_of(amount: Decimal) -> Direction:
    """Return the ISO 20022 word for a signed amount."""
    return "CRDT" if amount >= 0 else "DBIT"
