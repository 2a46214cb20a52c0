from odoo import fields, models
from odoo.tools import SQL

from ...engine.invoicing.track import FINAL
from .ar_o2c_source import MOVE, ORDER

MEDIAN = "median_days"


class ArO2cSpan(models.Model):
    """How long each order and invoice was in each stage: the durations behind the reports.

    The same rule as ``engine/invoicing/track.py``, in SQL: a stage lasts until a later one of
    the main line begins, an interlude also ends by itself. Stages of an order belong to the
    order and count once, however many invoices it has.
    """

    _name = "ar.o2c.span"
    _inherit = ["ar.o2c.stage"]
    _description = "Duration of an order-to-cash stage"
    _auto = False
    _rec_name = "stage"
    _order = "date desc, id"

    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Began", readonly=True, help="When the stage began.")
    end_date = fields.Date("Ended", readonly=True, help="Empty while it goes on.")
    days = fields.Integer(
        "Days on average",
        readonly=True,
        aggregator="avg",
        help="Days that the stage took, or has taken so far.",
    )
    median_days = fields.Float(
        "Median days",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Half of them took so long or less; one that hangs for months does not move it.",
    )
    is_over = fields.Boolean("Ended by now", readonly=True)

    # === QUERY ===#

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: no aggregator of the ORM is a median
        if aggregate_spec.split(":")[0] != MEDIAN:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %s)",
            self._field_to_sql(self._table, MEDIAN, query),
        )

    @property
    def _table_query(self):
        return SQL(
            "SELECT span.*, span.days::float AS median_days FROM (%s UNION ALL %s) span",
            self._orders_sql(),
            self._invoices_sql(),
        )

    def _orders_sql(self):
        source = self.env["ar.o2c.source"]
        return SQL(
            """SELECT (o.id * 2) * 16 + span.rank AS id, o.id AS order_id,
                      NULL::integer AS move_id, o.partner_invoice_id AS partner_id, o.user_id,
                      o.company_id, span.stage, span.at AS date, span.end_date, span.days,
                      span.end_date IS NOT NULL AS is_over
                 FROM (%s) span JOIN sale_order o ON o.id = span.doc_id
                WHERE o.state <> 'cancel' AND span.stage <> 'invoiced'""",
            self._spans_sql(source, ORDER),
            to_flush=[
                *source._fields_of("sale.order", "partner_invoice_id", "user_id"),
                *source._fields_of("sale.order", "company_id", "state"),
            ],
        )

    def _invoices_sql(self):
        source = self.env["ar.o2c.source"]
        return SQL(
            """SELECT (m.id * 2 + 1) * 16 + span.rank, NULL, m.id, m.partner_id,
                      m.invoice_user_id, m.company_id, span.stage, span.at, span.end_date,
                      span.days, span.end_date IS NOT NULL
                 FROM (%s) span JOIN account_move m ON m.id = span.doc_id""",
            self._spans_sql(source, MOVE),
            to_flush=[
                *source._fields_of("account.move", "partner_id", "invoice_user_id"),
                *source._fields_of("account.move", "company_id"),
            ],
        )

    def _spans_sql(self, source, side):
        """One row per stage that a document was or is in, with its days."""
        return SQL(
            """SELECT doc_id, stage, rank, at,
                      NULLIF(LEAST(next_at, until, %(tomorrow)s), %(tomorrow)s) AS end_date,
                      LEAST(next_at, until, %(today)s) - at AS days
                 FROM (SELECT moment.*,
                              MIN(at) FILTER (WHERE NOT is_interlude) OVER (
                                  PARTITION BY doc_id ORDER BY rank DESC
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS next_at
                         FROM (%(moments)s) moment) moment
                WHERE at <= LEAST(next_at, until, %(today)s) AND stage NOT IN %(final)s""",
            moments=source._moments_sql(side),
            today=source._today(),
            tomorrow=fields.Date.add(source._today(), days=1),
            final=tuple(sorted(FINAL)),
        )
