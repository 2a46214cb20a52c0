"""Tells people what a feed could not settle by itself, and traces what it deleted."""


def report_conflict(feed, conflict, reason=""):
    """Report that the bank contradicts a line that nothing may change any more.

    :param conflict: a ``Conflict``, or the ``Match`` of a line that refused its change.
    :param str reason: why it refused.
    """
    env = feed.env
    line = env["account.bank.statement.line"].browse(conflict.line.line_id)
    kind = getattr(conflict, "kind", "changed")
    values = {
        "journal": feed.journal_id.display_name,
        "line": line.payment_ref or line.display_name,
        "amount": feed.currency_id.format(line.amount),
        "day": line.date,
    }
    if kind == "withdrawn":
        message = env._(
            "%(journal)s: the bank withdrew %(amount)s of %(day)s (%(line)s), which is settled in "
            "the books.",
            **values,
        )
    else:
        told = conflict.feed_line.transaction
        message = env._(
            "%(journal)s: the bank changed %(amount)s of %(day)s (%(line)s), which is settled in "
            "the books, to %(told)s of %(told_day)s. %(reason)s",
            told=feed.currency_id.format(float(told.amount)),
            told_day=told.booking_date,
            reason=reason,
            **values,
        ).strip()
    env["ar.exception"].ar_report(
        feed.company_id,
        line,
        f"feed.line_{kind}",
        message,
        hint=env._(
            "Undo the reconciliation and correct the line, or book the difference; then resolve "
            "this. If the bank is wrong, ask it for a statement of the day."
        ),
    )


def trace_removal(feed, lines):
    """Say in the journal's chatter and in the audit trail which lines the bank withdrew."""
    env = feed.env
    sentences = [
        env._(
            "The bank withdrew %(amount)s of %(day)s (%(line)s); its line was deleted.",
            amount=feed.currency_id.format(line.amount),
            day=line.date,
            line=line.payment_ref,
        )
        for line in lines
    ]
    feed.journal_id.message_post(body="\n".join(sentences))
    env["ar.audit.event"].ar_append(
        feed.company_id,
        [
            {
                "code": "banking.line_withdrawn",
                "summary": sentence,
                "record": feed.journal_id,
                "details": {
                    "line": line.id,
                    "provider_id": line.ar_provider_id or "",
                    "amount": str(line.amount),
                    "date": line.date.isoformat(),
                },
            }
            for line, sentence in zip(lines, sentences, strict=True)
        ],
    )
