"""Fetches one account: counts the call, stores page after page, and proves the result."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from odoo import fields

from ...banking.connectors.contract import FetchRequest, RemoteAccount
from ...banking.connectors.errors import ConnectorError
from ...banking.feed.coverage import booked_balance, next_window_start
from ...banking.feed.facts import FetchMemory, Window
from ...banking.feed.schedule import is_call_allowed
from .feed_page import FeedPage, NamelessLineError
from .feed_proof import note_success
from .own_transaction import in_own_transaction, taken_back
from .statement_checks import currency_of


@dataclass(frozen=True, slots=True)
class FetchStart:
    """What is asked, and how its pages are read."""

    request: FetchRequest
    window: Window


class FeedFetch:
    """One fetch of one account.

    :param access: ``(provider, connector)``.
    :param bool by_person: somebody is waiting, so that the day's last call may be used.
    """

    def __init__(  # noqa: PLR0913 - the rest are keywords
        self, env, feed_id, sync_id, access, from_date, *, dry_run, by_person
    ):
        self.env = env
        self.feed_id = feed_id
        self.sync_id = sync_id
        self.provider, self.connector = access
        self.from_date = from_date
        self.dry_run = dry_run
        self.by_person = by_person
        self.balances = []

    def run(self):
        """Fetch and store the account's pages.

        :raises ConnectorError: whatever the bank does wrong; the pages before it are stored.
        """
        start = in_own_transaction(self.env, self._begin)
        try:
            self._run(start)
        except NamelessLineError:
            whole = replace(
                start,
                request=replace(start.request, cursor=""),
                window=replace(start.window, is_whole=True),
            )
            self._run(whole)

    def note_failure(self, env, error):
        """Say on the feed what went wrong."""
        self._feed(env).write({"error_message": error.message, "error_hint": error.hint})

    # --- the steps

    def _run(self, start):
        if self.dry_run:
            pages = list(self.connector.fetch(start.request))
            figures = taken_back(self.env, lambda env: self._store_all(env, start, pages))
            in_own_transaction(self.env, lambda env: self._count(env, figures))
            return
        memory, is_complete = FetchMemory(), False
        for page in self.connector.fetch(start.request):
            memory = self._store(start, page, memory)
            is_complete = page.is_last
        if not is_complete:
            raise ConnectorError("protocol", "The bank's pages end without a last one.")
        in_own_transaction(self.env, lambda env: self._end(env, start))

    def _store(self, start, page, memory):
        """Store a page with its cursor and figures, all or nothing; then tell the bank."""

        def work(env):
            feed_page = FeedPage(self._feed(env), self._sync(env), start.window)
            return feed_page.store(page, memory), feed_page.accepted

        memory, accepted = in_own_transaction(self.env, work)
        self.balances += page.balances
        for document in page.documents:
            self.connector.acknowledge(document, is_accepted=accepted[document.reference])
        return memory

    def _store_all(self, env, start, pages):
        """Store all pages of a dry run in the transaction that is taken back; return figures."""
        memory = FetchMemory()
        sync = self._sync(env)
        for page in pages:
            memory = FeedPage(self._feed(env), sync, start.window).store(page, memory)
        names = [name for name in sync._fields if name.endswith("_count")]
        return {name: sync[name] for name in names}

    def _count(self, env, figures):
        self._sync(env).write(figures)

    def _begin(self, env):
        """Count the call before it is made, and say what to ask."""
        feed = self._feed(env)
        today = self._today(feed)
        used = feed.calls_count if feed.calls_date == today else 0
        if not is_call_allowed(used, feed.daily_limit, by_person=self.by_person):
            raise ConnectorError(
                "rate_limited",
                env._(
                    "The bank allows %(limit)s fetches a day for %(feed)s, and they are used up.",
                    limit=feed.daily_limit,
                    feed=feed.display_name,
                ),
                retry_after=_seconds_until_tomorrow(),
            )
        feed.write(
            {
                "calls_date": today,
                "calls_count": used + 1,
                "last_attempt_at": fields.Datetime.now(),
            }
        )
        start = self._prepare_start(feed, today)
        sync = self._sync(env)
        sync.from_date = min(filter(None, (sync.from_date, start.request.from_date)))
        sync.to_date = today
        return start

    def _prepare_start(self, feed, today):
        from_date = next_window_start(feed.from_date, feed.covered_until or None, feed.overlap_days)
        cursor = feed.cursor or ""
        if self.from_date:
            from_date, cursor = max(self.from_date, feed.from_date), ""
        currency = currency_of(feed.journal_id)
        return FetchStart(
            request=FetchRequest(
                account=RemoteAccount(
                    identifier=feed.account_identifier,
                    number=feed.number or "",
                    currency=currency.name,
                    name=feed.account_name or "",
                ),
                from_date=min(from_date, today),
                to_date=today,
                cursor=cursor,
            ),
            window=Window(
                first_day=feed.from_date,
                currency=currency.name,
                decimal_places=currency.decimal_places,
                is_whole=not cursor,
            ),
        )

    def _end(self, env, start):
        balance = booked_balance(self.balances, start.window.currency)
        note_success(self._feed(env), start.request, balance)

    def _feed(self, env):
        feed = env["ar.bank.feed"].browse(self.feed_id)
        return feed.with_company(feed.company_id)

    def _sync(self, env):
        return env["ar.bank.sync"].browse(self.sync_id)

    def _today(self, feed) -> date:
        zone = feed.company_id.partner_id.tz or feed.env.user.tz or "UTC"
        return fields.Date.context_today(feed.with_context(tz=zone))


def _seconds_until_tomorrow():
    now = fields.Datetime.now()
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min)
    return (tomorrow - now).total_seconds()
