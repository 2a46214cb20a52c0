from odoo import fields, models
from odoo.tools import SQL

from ...engine.invoicing.track import STAGES

STAGE_SELECTION = [
    ("received", "Received"),
    ("checked", "Credit checked"),
    ("held", "On credit hold"),
    ("confirmed", "Confirmed"),
    ("delivered", "Delivered"),
    ("invoiced", "Invoiced"),
    ("sent", "Sent"),
    ("opened", "Opened"),
    ("due", "Due"),
    ("reminded", "Reminded"),
    ("promised", "Promised"),
    ("disputed", "Disputed"),
    ("paid", "Paid"),
    ("credited", "Credited"),
]


class ArO2cStage(models.AbstractModel):
    """What has a stage of the order-to-cash track; grouped by it in the order of the track."""

    _name = "ar.o2c.stage"
    _description = "Stage of the order-to-cash track"

    stage = fields.Selection(STAGE_SELECTION, readonly=True, group_expand="_expand_stages")

    def _expand_stages(self, values, domain):
        """Stages that are shown when records are grouped by them, in their order."""
        return [stage for stage in STAGES if stage in values]

    def _read_group_orderby(self, order, groupby_terms, query):
        # EXTENDS base: stages come in the order of the track, not in that of the alphabet
        terms = dict(groupby_terms)
        if "stage" in terms:
            terms["stage"] = SQL("ARRAY_POSITION(%s, %s::text)", list(STAGES), terms["stage"])
        result = super()._read_group_orderby(order, terms, query)
        # the ORM adds terms of its own here
        groupby_terms.update({name: term for name, term in terms.items() if name != "stage"})
        return result
