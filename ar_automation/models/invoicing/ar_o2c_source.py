"""When orders and invoices entered each stage, told by the records that know.

Each source is one method and one ``SELECT`` with the columns ``doc_id`` (of the order or the
invoice), ``at`` and ``until`` (days). It returns None where nothing can be known, since the
app that would know is not installed. Another area extends the method of its stage::

    class ArO2cSource(models.AbstractModel):
        _inherit = "ar.o2c.source"

        def _move_promised(self):
            return SQL("SELECT …", to_flush=self._fields_of("ar.promise", "date", "state"))

Every source reads a table once; a condition on ``doc_id`` reaches its indexes, since it is
always a plain or a grouped column.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.invoicing.track import INTERLUDES, RANK

ORDER, MOVE = 0, 1
NEVER = SQL("NULL::date")


class ArO2cSource(models.AbstractModel):
    """The dates of the order-to-cash track, read from the records of each area."""

    _name = "ar.o2c.source"
    _description = "Dates of the order-to-cash track"

    # === ORDERS ===#

    @api.model
    def _order_received(self):
        """When the quotation or order was entered."""
        return SQL(
            """SELECT o.id AS doc_id, %s AS at, %s AS until FROM sale_order o""",
            # the order's date is that of its confirmation later on
            self._day(SQL("LEAST(o.create_date, o.date_order)")),
            NEVER,
            to_flush=self._fields_of("sale.order", "date_order"),
        )

    @api.model
    def _order_checked(self):
        """When credit was checked: at the first hold, or else when the order was confirmed."""
        return SQL(
            """SELECT o.id AS doc_id,
                      COALESCE(%s, CASE WHEN o.state = 'sale' THEN %s END) AS at, %s AS until
                 FROM sale_order o JOIN res_company c ON c.id = o.company_id
                WHERE c.account_use_credit_limit
                  AND (o.state = 'sale' OR o.ar_credit_held_at IS NOT NULL)""",
            self._day(SQL("o.ar_credit_held_at")),
            self._day(SQL("o.date_order")),
            NEVER,
            to_flush=[
                *self._fields_of("sale.order", "date_order", "state", "ar_credit_held_at"),
                *self._fields_of("res.company", "account_use_credit_limit"),
            ],
        )

    @api.model
    def _order_held(self):
        """When the order was put on credit hold, and when that was decided."""
        return SQL(
            """SELECT r.order_id AS doc_id, MIN(%s) AS at,
                      CASE WHEN NOT BOOL_OR(r.state IN ('open', 'second', 'prepayment', 'rejected'))
                           THEN MAX(%s) END AS until
                 FROM ar_credit_request r WHERE r.order_id IS NOT NULL GROUP BY r.order_id""",
            self._day(SQL("r.requested_at")),
            self._day(SQL("r.decided_at")),
            to_flush=self._fields_of(
                "ar.credit.request", "order_id", "state", "requested_at", "decided_at"
            ),
        )

    @api.model
    def _order_confirmed(self):
        """When the order was confirmed."""
        return SQL(
            """SELECT o.id AS doc_id, %s AS at, %s AS until FROM sale_order o
                WHERE o.state = 'sale'""",
            self._day(SQL("o.date_order")),
            NEVER,
            to_flush=self._fields_of("sale.order", "date_order", "state"),
        )

    @api.model
    def _order_delivered(self):
        """When the last delivery left, if inventory is installed and all of them did."""
        if not self._is_known("stock.picking", "sale_id"):
            return None
        return SQL(
            """SELECT p.sale_id AS doc_id, MAX(%s) AS at, %s AS until
                 FROM stock_picking p JOIN stock_picking_type t ON t.id = p.picking_type_id
                WHERE p.sale_id IS NOT NULL AND t.code = 'outgoing' AND p.state <> 'cancel'
             GROUP BY p.sale_id HAVING BOOL_AND(p.state = 'done')""",
            self._day(SQL("p.date_done")),
            NEVER,
            to_flush=[
                *self._fields_of("stock.picking", "sale_id", "picking_type_id"),
                *self._fields_of("stock.picking", "date_done", "state"),
                *self._fields_of("stock.picking.type", "code"),
            ],
        )

    @api.model
    def _order_invoiced(self):
        """The date of the order's first posted invoice."""
        return SQL(
            """SELECT sol.order_id AS doc_id, MIN(m.invoice_date) AS at, %s AS until
                 FROM sale_order_line sol
                 JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                 JOIN account_move_line l ON l.id = rel.invoice_line_id
                 JOIN account_move m ON m.id = l.move_id
                WHERE m.state = 'posted' AND m.move_type = 'out_invoice' GROUP BY sol.order_id""",
            NEVER,
            to_flush=[
                *self._fields_of("sale.order.line", "order_id", "invoice_lines"),
                *self._fields_of("account.move", "invoice_date", "state", "move_type"),
            ],
        )

    # === INVOICES ===#

    @api.model
    def _move_invoiced(self):
        """The invoice date."""
        return self._posted(SQL("m.invoice_date"), fields_read=("invoice_date",))

    @api.model
    def _move_sent(self):
        """When somebody else took the invoice over, and it did not come back."""
        return self._deliveries(SQL("d.sent_at"), SQL("d.state <> 'bounced'"))

    @api.model
    def _move_opened(self):
        """When the customer first looked at the invoice."""
        return self._deliveries(SQL("d.opened_at"), SQL("TRUE"))

    @api.model
    def _move_due(self):
        """The last day on which paying is in time."""
        return self._posted(SQL("m.invoice_date_due"), fields_read=("invoice_date_due",))

    @api.model
    def _move_reminded(self):
        """When the customer was first reminded of the invoice."""
        return SQL(
            """SELECT l.move_id AS doc_id, MIN(%s) AS at, %s AS until
                 FROM ar_dunning_notice_line l JOIN ar_dunning_notice n ON n.id = l.notice_id
                WHERE l.move_id IS NOT NULL AND n.state = 'sent' GROUP BY l.move_id""",
            self._day(SQL("n.sent_at")),
            NEVER,
            to_flush=[
                *self._fields_of("ar.dunning.notice.line", "move_id", "notice_id"),
                *self._fields_of("ar.dunning.notice", "state", "sent_at"),
            ],
        )

    @api.model
    def _move_promised(self):
        """When the customer promised to pay, and when that was kept or broken."""
        return

    @api.model
    def _move_disputed(self):
        """When the customer contested the invoice, and when that was resolved."""
        return

    @api.model
    def _move_paid(self):
        """When the last of it was settled with money."""
        return self._settled(SQL("('paid', 'in_payment')"))

    @api.model
    def _move_credited(self):
        """When it was settled with a credit note alone."""
        return self._settled(SQL("('reversed')"))

    # === TOGETHER ===#

    @api.model
    def _sources(self, side):
        """``{stage: SELECT}`` of what is known of orders (``ORDER``) or invoices (``MOVE``)."""
        prefix = "_order_" if side == ORDER else "_move_"
        found = {
            stage: getattr(self, prefix + stage)()
            for stage in RANK
            if hasattr(self, prefix + stage)
        }
        return {stage: query for stage, query in found.items() if query is not None}

    @api.model
    def _moments_sql(self, side, ids=None, without=()):
        """``SELECT`` of ``doc_id``, ``stage``, ``rank``, ``is_interlude``, ``at`` and ``until``.

        :param ids: of the orders or invoices; None for all.
        :param without: stages to leave out.
        """
        scope = SQL("TRUE") if ids is None else SQL("doc_id = ANY(%s)", list(ids))
        parts = [
            SQL(
                "SELECT doc_id, %s AS stage, %s AS rank, %s AS is_interlude, at, until "
                "FROM (%s) source WHERE at IS NOT NULL AND %s",
                stage,
                RANK[stage],
                stage in INTERLUDES,
                query,
                scope,
            )
            for stage, query in self._sources(side).items()
            if stage not in without
        ]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _read_moments(self, side, ids):
        """``{document id: [(stage, day, last day)]}`` in one statement."""
        moments = {doc_id: [] for doc_id in ids}
        if not moments:
            return moments
        for doc_id, stage, _rank, _interlude, at, until in self.env.execute_query(
            self._moments_sql(side, moments)
        ):
            moments[doc_id].append((stage, at, until))
        return moments

    # === WORDS OF SQL ===#

    @api.model
    def _is_known(self, model, field):
        """Whether a model of an app that need not be installed is there, with the field."""
        return model in self.env and field in self.env[model]._fields

    @api.model
    def _fields_of(self, model, *names):
        """Fields that a source reads, so that they are written before it does."""
        return [self.env[model]._fields[name] for name in names]

    @api.model
    def _day(self, moment):
        """The user's calendar day of a stored time, which is in UTC."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, str(self.env.tz))

    @api.model
    def _today(self):
        return fields.Date.context_today(self)

    def _posted(self, at, fields_read):
        return SQL(
            """SELECT m.id AS doc_id, %s AS at, %s AS until FROM account_move m
                WHERE m.state = 'posted' AND m.move_type = 'out_invoice'""",
            at,
            NEVER,
            to_flush=self._fields_of("account.move", "state", "move_type", *fields_read),
        )

    def _deliveries(self, at, condition):
        return SQL(
            """SELECT d.move_id AS doc_id, MIN(%s) AS at, %s AS until FROM ar_delivery d
                WHERE d.move_id IS NOT NULL AND %s AND %s GROUP BY d.move_id""",
            self._day(at),
            NEVER,
            SQL("%s IS NOT NULL", at),
            condition,
            to_flush=self._fields_of("ar.delivery", "move_id", "state", "sent_at", "opened_at"),
        )

    def _settled(self, states):
        """The last day on which the receivable of invoices in ``states`` was matched."""
        return SQL(
            """SELECT m.id AS doc_id, COALESCE(matched.at, m.invoice_date) AS at, %(never)s AS until
                 FROM account_move m
            LEFT JOIN LATERAL (
                      SELECT MAX(p.max_date) AS at
                        FROM account_move_line l
                        JOIN account_partial_reconcile p ON p.debit_move_id = l.id
                       WHERE l.move_id = m.id AND l.display_type = 'payment_term') matched ON TRUE
                WHERE m.state = 'posted' AND m.move_type = 'out_invoice'
                  AND m.payment_state IN %(states)s""",
            never=NEVER,
            states=states,
            to_flush=[
                *self._fields_of("account.move", "state", "move_type", "payment_state"),
                *self._fields_of("account.move.line", "move_id", "display_type"),
                *self._fields_of("account.partial.reconcile", "max_date", "debit_move_id"),
            ],
        )
