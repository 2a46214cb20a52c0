"""What a connection's failures and consents mean for it, noted where people look.

A failure stands on the connection in words with its remedy, and as one row in the exceptions
inbox that disappears when the connection works again. A temporary failure is tried again when
the bank allows it; an ended consent is not tried at all until somebody renewed it.
"""

from datetime import timedelta, timezone

from odoo import fields

from ...banking.feed.schedule import retry_delay, warning_due

CONSENT_ACTIVITY = "ar_automation.mail_activity_type_bank_consent"
# Some providers count the end from the moment they are asked, so it moves by minutes.
LEAST_RENEWAL = timedelta(days=1)


def note_failure(connection, error):
    """Store a :class:`ConnectorError` on its connection and report it."""
    now = fields.Datetime.now()
    temporary = error.retryable
    delay = retry_delay(retryable=temporary, retry_after=error.retry_after)
    connection.write(
        {
            "error_code": error.code,
            "error_message": error.message,
            "error_hint": error.hint,
            "error_at": now,
            "next_sync_at": now + timedelta(seconds=delay),
        }
    )
    if error.code == "feed.consent_expired":
        connection._update_state("consent_expired")
    elif not temporary and connection.state != "draft":
        connection._update_state("broken")
    if error.code == "feed.rate_limited":  # nothing a person could do
        return
    connection.env["ar.exception"].ar_report(
        connection.company_id,
        connection,
        error.code,
        f"{connection.name}: {error.message}",
        job=find_job(connection.env),
        hint=error.hint,
        next_attempt_at=connection.next_sync_at,
        state="waiting" if temporary else "open",
    )


def note_recovery(connection):
    """The bank answered: whatever was wrong is over."""
    if connection.error_code:
        connection.write(
            {"error_code": False, "error_message": False, "error_hint": False, "error_at": False}
        )
    if connection.state in ("draft", "broken", "consent_expired"):
        connection._update_state("connected")
    connection.env["ar.exception"].ar_resolve_for(
        connection, job=find_job(connection.env), company=connection.company_id
    )


def note_consent(connection, consent):
    """Store until when reading is allowed; a renewed consent takes its warnings back."""
    if consent is None or consent.valid_until is None:
        return
    until = consent.valid_until.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    known = connection.consent_valid_until
    if known and until - known >= LEAST_RENEWAL:
        connection.consent_warned_days = 0
        connection.activity_unlink([CONSENT_ACTIVITY])
        if connection.state in ("consent_expiring", "consent_expired"):
            connection._update_state("connected")
    if connection.consent_valid_until != until:
        connection.consent_valid_until = until


def warn_of_consent(connection):
    """Tell the responsible 14, 7 and 2 days before the consent ends, once each."""
    until = connection.consent_valid_until
    if not until:
        return
    now = fields.Datetime.now()
    due = warning_due(until, now, warned=connection.consent_warned_days)
    if until <= now:
        connection._update_state("consent_expired")
    elif due and connection.state == "connected":
        connection._update_state("consent_expiring")
    if not due:
        return
    connection.consent_warned_days = due
    connection.activity_unlink([CONSENT_ACTIVITY])
    connection.activity_schedule(
        CONSENT_ACTIVITY,
        date_deadline=min(until.date(), now.date() + timedelta(days=2)),
        summary=connection.env._("Renew the consent of %s", connection.name),
        note=connection.env._(
            "The bank lets us read until %(date)s. Open the connection and choose Authorise; "
            "otherwise its transactions stop then.",
            date=until.date(),
        ),
        user_id=connection.responsible_id.id or connection.env.uid,
    )


def find_job(env):
    """Return the sync job's registration, under which failures stand in the inbox."""
    return env["ar.job.config"].sudo().search([("code", "=", "ar.job.banking.sync")], limit=1)
