from odoo import fields, models
from odoo.tools import SQL

# Each database connection appends to the chain of its own lane. One chain for all
# would make every two transactions that log anything wait for each other and, at
# Odoo's isolation level, make the second one fail and start again.
LANES = 64


class ArAuditChain(models.Model):
    """Head of one hash chain: the number and hash of its newest event.

    The head is what shows that the newest events of a chain were deleted.
    """

    _name = "ar.audit.chain"
    _description = "Audit chain"
    _log_access = False
    _rec_name = "lane"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    lane = fields.Integer(
        required=True, readonly=True, help="Which of the company's parallel chains this is."
    )
    head_number = fields.Integer(required=True, default=0, readonly=True, string="Events")
    head_hash = fields.Char(required=True, default="", readonly=True, string="Newest hash")

    _company_lane_unique = models.Constraint(
        "unique (company_id, lane)", "A company has one chain per lane."
    )

    # === BUSINESS METHODS ===#

    def _lock_head(self, company):
        """Lock the calling connection's chain of ``company`` and return its head.

        A chain that another transaction appended to since ours began raises PostgreSQL's
        serialization failure, which requests and jobs answer by starting over.

        :return: ``(chain id, number of the newest event, its hash)``
        """
        self.flush_model()
        [head] = self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_audit_chain (company_id, lane, head_number, head_hash)
                     VALUES (%s, pg_backend_pid() %% %s, 0, '')
                ON CONFLICT (company_id, lane) DO UPDATE SET lane = EXCLUDED.lane
                  RETURNING id, head_number, head_hash
                """,
                company.id,
                LANES,
            )
        )
        return head

    def _move_head(self, chain_id, number, new_hash):
        """Record the newest event of a chain that :meth:`_lock_head` locked."""
        self.env.execute_query(
            SQL(
                """UPDATE ar_audit_chain SET head_number = %s, head_hash = %s
                    WHERE id = %s RETURNING id""",
                number,
                new_hash,
                chain_id,
            )
        )
        self.browse(chain_id).invalidate_recordset(flush=False)
