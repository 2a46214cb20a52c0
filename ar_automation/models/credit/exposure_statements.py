"""The SQL behind the exposure: what is owed, drafted and ordered, each in one statement."""

from odoo.tools import SQL

# Items overdue for more days than this lie beyond the aging's bucket: "not due" and so on.
BUCKET_ENDS = (0, 30, 60, 90, 120)

# What the statements read, and therefore must be in the database first.
READ_FIELDS = {
    "res.partner": ["commercial_partner_id"],
    "account.account": ["account_type"],
    "account.move": [
        *("state", "move_type", "commercial_partner_id", "company_id", "currency_id"),
        "amount_total",
    ],
    "account.move.line": [
        *("partner_id", "company_id", "account_id", "parent_state", "date", "date_maturity"),
        *("balance", "amount_residual", "move_id", "price_total", "currency_id"),
        *("company_currency_id", "reconciled", "ar_disputed_amount"),
    ],
    "account.partial.reconcile": ["debit_move_id", "credit_move_id", "amount", "max_date"],
    "sale.order": ["state", "company_id", "currency_id", "partner_invoice_id", "invoice_status"],
    "sale.order.line": [
        *("order_id", "display_type", "is_downpayment", "product_id", "product_uom_qty"),
        *("qty_delivered", "qty_invoiced", "price_total", "invoice_lines"),
    ],
    "product.product": ["product_tmpl_id"],
    "product.template": ["invoice_policy"],
    "res.company": ["parent_path"],
    "res.currency.rate": ["name", "rate", "currency_id", "company_id"],
    "ar.credit.instrument": [
        *("partner_id", "company_id", "currency_id", "amount", "valid_from", "valid_until"),
        "active",
    ],
}


def flush(env):
    """Write what the statements read to the database."""
    for model, names in READ_FIELDS.items():
        env[model].flush_model(names)


def array(ids):
    """An array of ids as one literal: the parser takes it much faster than thousands."""
    return SQL("%s::int[]", f"{{{','.join(map(str, ids))}}}")


def of_customers(column, ids):
    """Condition on a commercial partner; everybody if ``ids`` is None."""
    return SQL("TRUE") if ids is None else SQL("%s = ANY(%s)", column, ids)


def commercial_statement(partner_ids):
    """Rows of partner and its commercial partner, of those that are not their own."""
    return SQL(
        """SELECT id, commercial_partner_id FROM res_partner
            WHERE id = ANY(%s) AND commercial_partner_id != id""",
        array(partner_ids),
    )


def scope_statement(path):
    """Where items are looked for: rows of kind (``company``, ``account``) and id.

    :param str path: pattern of the ``parent_path`` of the companies.
    """
    return SQL(
        """SELECT 'company', id FROM res_company WHERE parent_path LIKE %s
            UNION ALL
           SELECT 'account', id FROM account_account WHERE account_type = 'asset_receivable'""",
        path,
    )


def items_statement(ids, items, day, thresholds, per_one):
    """What is owed and what is credited, by customer and company currency.

    Amounts are told as text, which becomes a whole number of any size, exactly and fast.
    What is owed is told by *ages*: ranges of days overdue that begin beyond the thresholds, so
    that each item is added once; buckets and what is late are made of them.

    :param SQL ids: array of customers; None for everybody.
    :param SQL items: rows of ``partner_id, currency_id, residual, due``.
    :param thresholds: numbers of days overdue, ascending, the first of them zero.
    :param int per_one: parts of the currency in which amounts are told, 100 for cents.
    :return: rows of customer, currency, days that the oldest is overdue, credit, what is not due,
        and what is of each age.
    """
    ages = range(-1, len(thresholds) + 1)
    amounts = (SQL("SUM(item.residual) FILTER (WHERE item.age = %s)", age) for age in ages)
    return SQL(
        """
        SELECT item.customer_id, item.currency_id,
               %(day)s::date - MIN(item.due) FILTER (WHERE item.age > 0), %(amounts)s
          FROM (SELECT p.commercial_partner_id AS customer_id, item.*, %(age)s AS age
                  FROM (%(items)s) item
                  JOIN res_partner p ON p.id = item.partner_id
                 WHERE %(condition)s
                OFFSET 0) item
      GROUP BY item.customer_id, item.currency_id
        """,
        day=day,
        condition=of_customers(SQL("p.commercial_partner_id"), ids),
        amounts=SQL(", ").join(
            SQL("ROUND(COALESCE(%s, 0) * %s)::text", amount, per_one) for amount in amounts
        ),
        age=_age(day, thresholds),
        items=items,
    )


def _age(day, thresholds):
    """Age of an item that is owed: how many thresholds it is beyond; -1 if nothing is owed.

    ``OFFSET 0`` around it keeps PostgreSQL from working it out anew for each sum.
    """
    return SQL(
        """CASE WHEN item.residual <= 0 THEN -1
                ELSE width_bucket(%s::date - item.due, %s::int[]) END""",
        day,
        [days + 1 for days in thresholds],
    )


def present_items(companies, accounts):
    """Items as they are now."""
    return SQL(
        """SELECT l.partner_id, l.company_currency_id AS currency_id,
                  l.amount_residual AS residual, COALESCE(l.date_maturity, l.date) AS due
             FROM account_move_line l
            WHERE %s AND l.reconciled IS NOT TRUE AND l.amount_residual != 0""",
        _items_condition(companies, accounts),
    )


def past_items(companies, accounts, day):
    """Items as they were: a settlement counts once both sides of it were booked."""
    return SQL(
        """SELECT l.partner_id, l.company_currency_id AS currency_id,
                  COALESCE(l.date_maturity, l.date) AS due,
                  l.balance - COALESCE(as_debit.amount, 0) + COALESCE(as_credit.amount, 0)
                      AS residual
             FROM account_move_line l
        LEFT JOIN LATERAL (SELECT SUM(amount) AS amount FROM account_partial_reconcile
                            WHERE debit_move_id = l.id AND max_date <= %(day)s) as_debit ON TRUE
        LEFT JOIN LATERAL (SELECT SUM(amount) AS amount FROM account_partial_reconcile
                            WHERE credit_move_id = l.id AND max_date <= %(day)s) as_credit
               ON TRUE
            WHERE %(condition)s AND l.date <= %(day)s""",
        day=day,
        condition=_items_condition(companies, accounts),
    )


def _items_condition(companies, accounts):
    return SQL(
        """l.parent_state = 'posted' AND l.account_id = ANY(%s)
           AND l.company_id = ANY(%s) AND l.partner_id IS NOT NULL""",
        accounts,
        companies,
    )


def others_statement(ids, companies, accounts, day, *, with_disputes):
    """What few customers have, in one round trip.

    :param SQL ids: array of customers; None for everybody.
    :return: rows of kind (``draft``, ``order``, ``cover``, ``dispute``), customer, currency,
        amount, and of orders the delivered part, of disputes the days overdue.
    """
    kinds = {
        "draft": drafts_statement(ids, companies),
        "order": orders_statement(ids, companies),
        "cover": instruments_statement(ids, companies, day),
    }
    if with_disputes:
        kinds["dispute"] = disputes_statement(ids, companies, accounts, day)
    return SQL(" UNION ALL ").join(
        SQL("(SELECT %s::text, part.* FROM (%s) part)", kind, statement)
        for kind, statement in kinds.items()
    )


def drafts_statement(ids, companies):
    """Draft invoices less draft credit notes, by customer and currency."""
    return SQL(
        """
        SELECT m.commercial_partner_id, m.currency_id,
               SUM(CASE WHEN m.move_type = 'out_refund' THEN -m.amount_total
                        ELSE m.amount_total END)::numeric, 0::numeric
          FROM account_move m
         WHERE m.state = 'draft'
           AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
           AND m.commercial_partner_id IS NOT NULL AND %s AND m.company_id = ANY(%s)
      GROUP BY m.commercial_partner_id, m.currency_id
        """,
        of_customers(SQL("m.commercial_partner_id"), ids),
        companies,
    )


def disputes_statement(ids, companies, accounts, day):
    """What customers contest now of what they owe, by customer, currency and days overdue."""
    return SQL(
        """
        SELECT p.commercial_partner_id, l.company_currency_id,
               SUM(LEAST(l.ar_disputed_amount, l.amount_residual))::numeric,
               (%s::date - COALESCE(l.date_maturity, l.date))::numeric AS days_overdue
          FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
         WHERE l.ar_disputed_amount > 0 AND l.amount_residual > 0 AND l.reconciled IS NOT TRUE
           AND %s AND %s
      GROUP BY p.commercial_partner_id, l.company_currency_id, days_overdue
        """,
        day,
        _items_condition(companies, accounts),
        of_customers(SQL("p.commercial_partner_id"), ids),
    )


def instruments_statement(ids, companies, day):
    """Insured, guaranteed and deposited amounts in force, by customer and currency."""
    return SQL(
        """
        SELECT p.commercial_partner_id, i.currency_id, SUM(i.amount)::numeric, 0::numeric
          FROM ar_credit_instrument i JOIN res_partner p ON p.id = i.partner_id
         WHERE i.active AND (i.valid_from IS NULL OR i.valid_from <= %(day)s)
           AND (i.valid_until IS NULL OR i.valid_until >= %(day)s)
           AND i.company_id = ANY(%(companies)s) AND %(condition)s
      GROUP BY p.commercial_partner_id, i.currency_id
        """,
        day=day,
        companies=companies,
        condition=of_customers(SQL("p.commercial_partner_id"), ids),
    )


def orders_statement(ids, companies):
    """What confirmed orders will still be invoiced for, taxes included, and its delivered part.

    A line counts for the quantity that is on no invoice yet, at its price with taxes, as in
    Odoo's ``amount_to_invoice``, but:

    * what is on a draft invoice is left out, because the draft counts by itself;
    * products invoiced on delivery count when ordered, not when delivered;
    * down payments lessen the rest of their order while they are invoiced and not yet
      deducted from its final invoice;
    * an order never counts for less than nothing.
    """
    return SQL(
        """
        SELECT rest.partner_id, rest.currency_id, SUM(rest.amount)::numeric,
               SUM(rest.delivered)::numeric
          FROM (%s) rest
      GROUP BY rest.partner_id, rest.currency_id
        """,
        rests_statement(
            SQL(
                "o.company_id = ANY(%s) AND %s",
                companies,
                of_customers(SQL("p.commercial_partner_id"), ids),
            )
        ),
    )


def rests_statement(condition):
    """What each order will still be invoiced for, and its delivered part; see above.

    :param SQL condition: on the order ``o`` and the partner ``p`` who is invoiced.
    :return: rows with ``partner_id, id, currency_id, amount, delivered``.
    """
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, o.id, o.currency_id,
                  GREATEST(SUM(%(line_rest)s), 0) AS amount,
                  GREATEST(LEAST(SUM(%(line_delivered)s), SUM(%(line_rest)s)), 0) AS delivered
             FROM sale_order o
             JOIN res_partner p ON p.id = o.partner_invoice_id
             JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
        LEFT JOIN product_product v ON v.id = l.product_id
        LEFT JOIN product_template t ON t.id = v.product_tmpl_id
            WHERE o.state = 'sale' AND o.invoice_status != 'invoiced' AND %(condition)s
         GROUP BY p.commercial_partner_id, o.id, o.currency_id""",
        line_rest=_order_line_rest(),
        line_delivered=_order_line_delivered(),
        condition=condition,
    )


def _order_line_rest():
    quantity = SQL(
        """CASE WHEN t.invoice_policy = 'delivery' THEN GREATEST(l.product_uom_qty, l.qty_delivered)
                ELSE l.product_uom_qty END - COALESCE(l.qty_invoiced, 0)"""
    )
    return SQL(
        """CASE WHEN l.is_downpayment THEN -%(down_payment)s
                WHEN COALESCE(l.product_uom_qty, 0) = 0 THEN 0
                ELSE l.price_total / l.product_uom_qty
                     * CASE WHEN l.product_uom_qty > 0 THEN GREATEST(%(quantity)s, 0)
                            ELSE LEAST(l.product_uom_qty - COALESCE(l.qty_invoiced, 0), 0) END
            END""",
        quantity=quantity,
        down_payment=_down_payment_invoiced(),
    )


def _order_line_delivered():
    """What is delivered and on no invoice yet, at the line's price."""
    return SQL(
        """CASE WHEN l.is_downpayment OR COALESCE(l.product_uom_qty, 0) <= 0 THEN 0
                ELSE l.price_total / l.product_uom_qty
                     * GREATEST(CASE WHEN t.invoice_policy = 'delivery'
                                     THEN COALESCE(l.qty_delivered, 0)
                                     ELSE LEAST(COALESCE(l.qty_delivered, 0), l.product_uom_qty)
                                     END
                                - COALESCE(l.qty_invoiced, 0), 0)
            END"""
    )


def _down_payment_invoiced():
    """What is on invoices for a down payment line, in the order's currency."""
    return SQL(
        """COALESCE((SELECT SUM(i.price_total
                                * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END)
                       FROM sale_order_line_invoice_rel rel
                       JOIN account_move_line i ON i.id = rel.invoice_line_id
                       JOIN account_move m ON m.id = i.move_id AND m.state != 'cancel'
                      WHERE rel.order_line_id = l.id AND i.currency_id = o.currency_id), 0)"""
    )
