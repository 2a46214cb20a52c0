"""The one HTTP client of all REST and SOAP connectors, on ``requests``.

Written so that no provider can forget it: time limits, a size limit, TLS, bounded retries
with jitter that respect ``Retry-After``, one origin only, typed errors, no secret in any log.

::

    client = HttpClient("https://api.bank.example/v1", auth_headers={"Authorization": "Bearer …"})
    answer = client.request("GET", "/accounts", params={"limit": 100})
    if answer.status == 404: ...
    amount = answer.json()["balance"]            # a Decimal, never a float

* An answer of 200-299 or 400-499 (but 429) is returned; the connector knows what it means. Given
  ``classify``, every answer from 400 on is shown to that first: the error it returns is raised.
* 429, 5xx, time-outs and broken connections are tried again, if repeating cannot do
  harm: GET, HEAD, OPTIONS and what the caller marks ``is_repeatable``.
* A wait that ends after the time for the whole request is not begun: the error
  carries ``retry_after`` to whoever plans the next sync.
"""

from __future__ import annotations

import json as json_format
import logging
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

import requests
import urllib3

from .errors import ConnectorError
from .http_address import Origin, redacted_path
from .http_body import unpack
from .http_failures import failure_of, failure_of_status
from .http_log import unheard
from .http_pace import Pace
from .http_transport import Certificate, Sockets, Transport, tls_context

_logger = logging.getLogger(__name__)

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_CHUNK = 65_536
# ValueError: what some versions of the libraries raise for what they do not expect.
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. Header names are lower-case, the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON: whole numbers as int, all others as Decimal.

        :raises ConnectorError: ``protocol`` if it is not JSON, holds a name twice or NaN
        """
        try:
            return json_format.loads(
                self.body,
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_unique_names,
            )
        except (ValueError, RecursionError) as error:
            raise ConnectorError(
                "protocol", f"The answer ({self.status}) is not valid JSON: {_reason(error)}"
            ) from None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it will be sent, for those who sign it. Header names are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, to wait for the next bytes, and for all tries together; bytes unpacked.

    ``attempts`` counts the first try. ``longest_wait`` is how many seconds a ``Retry-After`` is
    waited for here, rather than by whoever plans the next sync.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 90.0
    max_bytes: int = 20_000_000
    attempts: int = 3
    longest_wait: float = 20.0


AuthHeaders = Mapping[str, str] | Callable[[Outgoing], Mapping[str, str]]
Classify = Callable[[Answer], ConnectorError | None]


class HttpClient:
    """Talks to one origin (scheme, host, port); one request at a time.

    :param base_url: what every path is appended to; https, but for tests on loopback
    :param cert: certificate and private key (PEM texts) to show to the server
    :param ca: authorities to trust instead of the system's (PEM); tests only
    :param auth_headers: headers added to every request, or a function that returns them for
        the request as it will be sent (tokens that change, signatures)
    :param classify: returns the error that an answer from status 400 on means, None if it cannot
        tell; ``Retry-After`` is added to it here
    :raises ConnectorError: ``config`` if address, certificate or key are unfit
    """

    def __init__(  # noqa: PLR0913 - one address, and options by keyword
        self,
        base_url: str,
        *,
        cert: Certificate | None = None,
        ca: str | None = None,
        auth_headers: AuthHeaders | None = None,
        limits: Limits | None = None,
        is_test: bool = False,
        classify: Classify | None = None,
        pace: Pace | None = None,
    ) -> None:
        if ca and not is_test:
            raise ConnectorError("config", "Only a test may name certificate authorities.")
        self.origin = Origin(base_url, is_test=is_test)
        self._auth_headers = auth_headers or {}
        self._limits = limits or Limits()
        self._classify = classify
        self._pace = pace or Pace()
        self._sockets = Sockets(is_loopback_test=is_test)
        self._session = _session(Transport(self._sockets, tls_context(cert, ca)))
        weakref.finalize(self, _close, self._session, self._sockets)

    def request(  # noqa: PLR0913 - method and path, and options by keyword
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = False,
    ) -> Answer:
        """Send one request and return the answer, whatever its status below 500 but 429.

        :param path: appended to the base address; an absolute address of the same origin
            (a link from an answer, made whole by :meth:`follow`) is taken as it is
        :param params: query values; those that are None are left out
        :param json: sent as JSON, or ``data`` as it is (bytes) or as a form (mapping)
        :param is_repeatable: sending it twice does what sending it once does
        :raises ConnectorError: ``rate_limited``, ``unavailable``, ``protocol`` (a redirect, another
            origin, too large, not what was agreed), ``auth`` (our certificate is refused)
        """
        prepared = _prepare(method, self.origin.url(path), params, _body(json, data), headers)
        started = self._pace.monotonic()
        attempts = self._limits.attempts if is_repeatable or method.upper() in _HARMLESS else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._send(prepared, started)
            except ConnectorError as error:
                if attempt == attempts or not error.retryable:
                    raise
                self._wait(attempt, error, started)
        raise AssertionError("the last attempt returns or raises")

    def follow(self, link: str) -> str:
        """Return the address that a link in an answer means, for :meth:`request`.

        :raises ConnectorError: ``protocol`` if it leads to another origin
        """
        return self.origin.follow(link)

    def _wait(self, attempt: int, error: ConnectorError, started: float) -> None:
        """Sleep until the next attempt; give up where that would take too long."""
        seconds = self._pace.backoff(attempt, error.retry_after)
        left = self._limits.total_seconds - (self._pace.monotonic() - started)
        if seconds > self._limits.longest_wait or seconds >= left:
            raise error
        self._pace.sleep(seconds)

    def _send(self, prepared: requests.PreparedRequest, started: float) -> Answer:
        """Try once, log the outcome in one line, and judge the answer."""
        began = self._pace.monotonic()
        outcome = "no answer"
        try:
            answer = self._exchange(prepared, self._limits.total_seconds - (began - started))
            outcome = f"{answer.status}, request {answer.headers.get('x-request-id', '-')[:64]}"
        finally:
            _logger.info(
                "%s %s%s: %s after %.0f ms",
                prepared.method,
                self.origin.host,
                redacted_path(prepared.url or ""),
                outcome,
                (self._pace.monotonic() - began) * 1000,
            )
        self._judge(answer)
        return answer

    def _judge(self, answer: Answer) -> None:
        wait = self._pace.seconds_until(answer.headers.get("retry-after", ""))
        error = self._classify(answer) if self._classify and answer.status >= 400 else None
        if error and error.retryable and wait is not None:
            error.retry_after = wait  # the server knows better than any rule of the connector's
        error = error or failure_of_status(answer.status, self.origin.host, wait)
        if error:
            raise error

    def _exchange(self, prepared: requests.PreparedRequest, left: float) -> Answer:
        """Send, and read the whole answer within the seconds that are left."""
        limits = self._limits
        signed = self._signed(prepared)
        try:
            with unheard(), self._sockets.deadline(left):
                response = self._session.send(
                    signed,
                    stream=True,
                    timeout=(min(limits.connect_seconds, left), min(limits.read_seconds, left)),
                    allow_redirects=False,
                )
                answer = _read(response, limits.max_bytes)
        except _FAILURES as error:
            self._fail(error)
        except ConnectorError:
            if self._sockets.is_shut:
                self._fail(TimeoutError())
            raise
        if self._sockets.is_shut:
            self._fail(TimeoutError())
        return answer

    def _fail(self, error: Exception) -> NoReturn:
        """Raise what a failure means, without its text: that holds the whole address."""
        failure = TimeoutError() if self._sockets.is_shut else error
        raise failure_of(failure, self.origin.host) from None

    def _signed(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return a copy with the connection's headers; made per attempt, since they may expire."""
        signed = prepared.copy()
        added = self._auth_headers
        if callable(added):
            body = signed.body or b""
            added = added(
                Outgoing(
                    signed.method or "",
                    signed.url or "",
                    {name.lower(): str(value) for name, value in signed.headers.items()},
                    body.encode() if isinstance(body, str) else body,
                )
            )
        signed.headers.update(added)
        return signed


def _session(transport: Transport) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxies, password files or authorities from the environment
    session.mount("https://", transport)
    session.mount("http://", transport)
    return session


def _close(session: requests.Session, sockets: Sockets) -> None:
    session.close()
    sockets.close()


def _body(json: Any, data: bytes | Mapping[str, str] | None) -> tuple[Any, str]:
    """Return body and content type."""
    if json is not None:
        text = json_format.dumps(json, ensure_ascii=False, separators=(",", ":"))
        return text.encode(), "application/json"
    if isinstance(data, Mapping):
        return dict(data), "application/x-www-form-urlencoded"
    return data, "application/octet-stream" if data else ""


def _prepare(
    method: str,
    url: str,
    params: Mapping[str, Any] | None,
    body: tuple[Any, str],
    headers: Mapping[str, str] | None,
) -> requests.PreparedRequest:
    content, content_type = body
    own = {"User-Agent": "ar_automation", "Accept": "application/json"}
    own["Accept-Encoding"] = "gzip, deflate"
    if content_type:
        own["Content-Type"] = content_type
    merged = requests.structures.CaseInsensitiveDict(own)
    merged.update(headers or {})
    try:
        return requests.Request(
            method.upper(), url, headers=dict(merged), params=dict(params or {}), data=content
        ).prepare()
    except (requests.RequestException, ValueError):
        raise ConnectorError("config", f"'{redacted_path(url)}' cannot be asked for.") from None


def _read(response: requests.Response, limit: int) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    with response:
        chunks = _received(response, headers)
        body = unpack(chunks, headers.get("content-encoding", ""), limit=limit)
    return Answer(response.status_code, headers, body)


def _received(response: requests.Response, headers: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the body as it comes; a connection that ends before its announced end is cut."""
    announced = headers.get("content-length", "")
    received = 0
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        received += len(chunk)
        yield chunk
    is_bodiless = response.request.method == "HEAD" or response.status_code in (204, 304)
    if announced.isdecimal() and received < int(announced) and not is_bodiless:
        raise ConnectorError("unavailable", "The answer ends in the middle.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _reason(error: Exception) -> str:
    """Return what is wrong and where, without the text itself."""
    if isinstance(error, json_format.JSONDecodeError):
        return f"{error.msg} at character {error.pos}."
    if isinstance(error, (UnicodeDecodeError, RecursionError)):
        return "it is no text in Unicode, or nested too deeply."
    return f"{error}."
