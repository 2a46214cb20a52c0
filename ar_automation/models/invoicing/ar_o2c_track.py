from odoo import fields, models
from odoo.tools import SQL

from ...engine.invoicing.track import FINAL, STAGES
from .ar_o2c_source import MOVE, ORDER

# Columns that are shown even when nothing is in them.
ALWAYS_SHOWN = ("received", "held", "confirmed", "invoiced", "sent", "due", "reminded")


class ArO2cTrack(models.Model):
    """Where each sale is on its way to the money.

    One row is an order as far as it is not invoiced, or a posted invoice: so no amount is
    counted twice, and the rows together are what is still to be earned and collected.
    """

    _name = "ar.o2c.track"
    _inherit = ["ar.o2c.stage"]
    _description = "Order-to-cash track"
    _auto = False
    _rec_name = "name"
    _order = "stage_date, id"

    name = fields.Char("Document", readonly=True)
    kind = fields.Selection([("order", "Order"), ("invoice", "Invoice")], readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    stage = fields.Selection(help="The furthest stage that has begun and not ended.")
    stage_date = fields.Date("Since", readonly=True, help="When this stage began.")
    start_date = fields.Date("Began", readonly=True, help="Day of the order, or of the invoice.")
    days_in_stage = fields.Integer(
        "Days in stage", readonly=True, aggregator="max", help="Since this stage began."
    )
    age = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Days since the order was received, or since the invoice where there is no order; "
        "until it was settled.",
    )
    amount = fields.Monetary(
        "Total", readonly=True, help="Total of the order or invoice, in the company's currency."
    )
    amount_open = fields.Monetary(
        "Open",
        readonly=True,
        help="What is left to invoice of an order, or to pay of an invoice, in the company's "
        "currency.",
    )
    is_over = fields.Boolean("Settled", readonly=True, help="Paid or credited in full.")

    # === ACTION METHODS ===#

    def action_open_document(self):
        """Open the order or the invoice."""
        self.ensure_one()
        return (self.move_id or self.order_id)._get_records_action()

    # === QUERY ===#

    def _expand_stages(self, values, domain):
        # EXTENDS ar.o2c.stage: the usual stages are columns even when nothing is in them
        return [stage for stage in STAGES if stage in values or stage in ALWAYS_SHOWN]

    @property
    def _table_query(self):
        source = self.env["ar.o2c.source"]
        return SQL(
            """SELECT row.*, row.stage IN %(final)s AS is_over,
                      CASE WHEN row.stage IN %(final)s THEN row.stage_date ELSE %(today)s END
                      - row.start_date AS age,
                      CASE WHEN row.stage IN %(final)s THEN 0
                           ELSE %(today)s - row.stage_date END AS days_in_stage
                 FROM (%(orders)s UNION ALL %(invoices)s) row""",
            final=tuple(sorted(FINAL)),
            today=source._today(),
            orders=self._orders_sql(source),
            invoices=self._invoices_sql(source),
        )

    def _stage_sql(self, source, side, without=()):
        """Stage, its day and the first day of every order or invoice."""
        return SQL(
            """SELECT doc_id,
                      (ARRAY_AGG(stage ORDER BY rank DESC) FILTER (WHERE is_live))[1] AS stage,
                      (ARRAY_AGG(at ORDER BY rank DESC) FILTER (WHERE is_live))[1] AS stage_date,
                      MIN(at) AS start_date
                 FROM (SELECT moment.*, at <= %(today)s AND (until IS NULL OR until > %(today)s)
                                        AS is_live
                         FROM (%(moments)s) moment) moment
             GROUP BY doc_id""",
            moments=source._moments_sql(side, without=without),
            today=source._today(),
        )

    def _orders_sql(self, source):
        """Orders as far as they are not invoiced: what was invoiced is a row of its own."""
        return SQL(
            """SELECT o.id * 2 AS id, o.name, 'order' AS kind, o.id AS order_id,
                      NULL::integer AS move_id, o.partner_invoice_id AS partner_id, o.user_id,
                      o.company_id, c.currency_id, track.stage, track.stage_date,
                      track.start_date, o.amount_total / %(rate)s AS amount,
                      GREATEST(o.amount_total - COALESCE(billed.amount, 0), 0) / %(rate)s
                      AS amount_open
                 FROM sale_order o
                 JOIN res_company c ON c.id = o.company_id
                 JOIN (%(track)s) track ON track.doc_id = o.id
            LEFT JOIN (SELECT sol.order_id,
                              SUM(CASE WHEN m.move_type = 'out_refund' THEN -l.price_total
                                       ELSE l.price_total END) AS amount
                         FROM sale_order_line sol
                         JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                         JOIN account_move_line l ON l.id = rel.invoice_line_id
                         JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                     GROUP BY sol.order_id) billed ON billed.order_id = o.id
                WHERE o.state <> 'cancel'
                  AND (o.invoice_status NOT IN ('invoiced', 'upselling') OR o.state <> 'sale')""",
            rate=SQL("COALESCE(NULLIF(o.currency_rate, 0), 1)"),
            track=self._stage_sql(source, ORDER, without=("invoiced",)),
            to_flush=[
                *source._fields_of("sale.order", "name", "partner_invoice_id", "user_id"),
                *source._fields_of("sale.order", "company_id", "amount_total", "currency_rate"),
                *source._fields_of("sale.order", "invoice_status", "state"),
                *source._fields_of("account.move.line", "price_total", "move_id"),
                *source._fields_of("account.move", "state", "move_type"),
            ],
        )

    def _invoices_sql(self, source):
        """Posted invoices, the first day being that of their first order."""
        return SQL(
            """SELECT m.id * 2 + 1, m.name, 'invoice', ordered.order_id, m.id,
                      m.partner_id, m.invoice_user_id, m.company_id, c.currency_id,
                      COALESCE(track.stage, 'invoiced'),
                      COALESCE(track.stage_date, m.invoice_date),
                      LEAST(ordered.start_date, track.start_date),
                      m.amount_total_signed, m.amount_residual_signed
                 FROM account_move m
                 JOIN res_company c ON c.id = m.company_id
                 JOIN (%(track)s) track ON track.doc_id = m.id
            LEFT JOIN (SELECT l.move_id, MIN(o.id) AS order_id, MIN(%(received)s) AS start_date
                         FROM account_move_line l
                         JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
                         JOIN sale_order_line sol ON sol.id = rel.order_line_id
                         JOIN sale_order o ON o.id = sol.order_id
                     GROUP BY l.move_id) ordered ON ordered.move_id = m.id
                WHERE m.state = 'posted' AND m.move_type = 'out_invoice'""",
            track=self._stage_sql(source, MOVE),
            received=source._day(SQL("LEAST(o.create_date, o.date_order)")),
            to_flush=[
                *source._fields_of("account.move", "name", "partner_id", "invoice_user_id"),
                *source._fields_of("account.move", "company_id", "amount_total_signed"),
                *source._fields_of("account.move", "amount_residual_signed", "state", "move_type"),
                *source._fields_of("sale.order.line", "order_id", "invoice_lines"),
                *source._fields_of("sale.order", "date_order"),
            ],
        )
