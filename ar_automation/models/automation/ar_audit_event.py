from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, split_every

from ...engine.automation.hash_chain import ChainedEvent, ChainVerifier, chain_hash

VERIFY_BATCH = 1000


class ArAuditEvent(models.Model):
    """One thing that was decided or done, by whom and why.

    Events are appended and never changed: through the ORM nobody can write or delete
    them, and whoever changes them with SQL breaks the hash chain, which
    :meth:`ar_verify_chains` finds.
    """

    _name = "ar.audit.event"
    _description = "Audit event"
    _order = "id desc"
    _rec_name = "summary"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    chain_id = fields.Many2one("ar.audit.chain", required=True, readonly=True, ondelete="restrict")
    number = fields.Integer(
        required=True, readonly=True, help="Position in its chain, without gaps."
    )
    logged_at = fields.Datetime("When", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    code = fields.Char(
        "What",
        required=True,
        readonly=True,
        index=True,
        help="Stable code, e.g. credit.order_held.",
    )
    summary = fields.Char(
        required=True, readonly=True, help="What happened and why, in one sentence."
    )
    details = fields.Json(readonly=True, help="The numbers behind the sentence.")
    res_model = fields.Char("Document type", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    prev_hash = fields.Char("Hash before", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _chain_number_unique = models.Constraint(
        "unique (chain_id, number)", "An audit chain numbers its events without repetition."
    )
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Refused: only :meth:`ar_append` adds events, because only it chains them."""
        raise AccessError(
            self.env._("Audit events are recorded by the system and cannot be entered.")
        )

    def write(self, vals):  # pylint: disable=method-required-super
        """Refused: an event that could be changed would prove nothing."""
        raise AccessError(self.env._("Audit events cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("Audit events cannot be deleted."))

    # === ACTION METHODS ===#

    def action_open_record(self):
        """Open the document that the event is about."""
        self.ensure_one()
        if not self.res_id or not self.env[self.res_model].browse(self.res_id).exists():
            raise UserError(self.env._("The document of this event no longer exists."))
        return self.env[self.res_model].browse(self.res_id)._get_records_action()

    @api.model
    def action_verify_chains(self):
        """Verify every chain of the companies that the user works in, and say the result."""
        breaks = self.ar_verify_chains(self.env.companies)
        if breaks:
            message = "\n".join(item["message"] for item in breaks)
        else:
            message = self.env._("Every event is in place and unchanged.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if breaks else "success",
                "title": self.env._("Audit trail"),
                "message": message,
                "sticky": bool(breaks),
            },
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_append(self, company, events):
        """Append events to the audit trail of ``company``.

        :param res.company company: whose trail.
        :param list[dict] events: each with ``code`` (stable string), ``summary`` (one
            sentence) and, where there is one, ``record`` (a record of any model) and
            ``details`` (JSON values; money as text so that nothing is rounded).
        :return: the ids of the new events, in order.
        """
        if not events:
            return []
        self.flush_model()
        chains = self.env["ar.audit.chain"].sudo()
        chain_id, number, last_hash = chains._lock_head(company)
        now = fields.Datetime.now()
        rows = []
        for event in events:
            number += 1
            content = self._prepare_content(company, chain_id, number, now, event)
            prev_hash, last_hash = last_hash, chain_hash(last_hash, content)
            rows.append((content, prev_hash, last_hash))
        ids = self._insert(rows)
        chains._move_head(chain_id, number, last_hash)
        return ids

    @api.model
    def ar_verify_chains(self, companies):
        """Verify the chains of ``companies`` against what the database holds.

        :return: one dict per broken chain (``company_id, chain_id, event_id, code,
            message``); empty if all is as it was written.
        """
        if not (self.env.su or self.env.user.has_groups(self._verifier_groups)):
            raise AccessError(self.env._("Only auditors and supervisors verify the audit trail."))
        self.flush_model()
        chains = self.env["ar.audit.chain"].sudo().search([("company_id", "in", companies.ids)])
        found = [self._verify_chain(chain) for chain in chains]
        return [item for item in found if item] + self._orphan_breaks(companies)

    # === PRIVATE METHODS ===#

    _verifier_groups = (
        "ar_automation.ar_automation_group_auditor,ar_automation.ar_automation_group_supervisor"
    )

    def _prepare_content(self, company, chain_id, number, now, event):
        record = event.get("record")
        return {
            "company_id": company.id,
            "chain_id": chain_id,
            "number": number,
            "logged_at": fields.Datetime.to_string(now),
            "user_id": self.env.uid,
            "code": event["code"],
            "summary": event["summary"],
            "details": event.get("details") or {},
            "res_model": record._name if record else "",
            "res_id": record.id if record else 0,
        }

    def _insert(self, rows):
        values = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s)",
                *(
                    fields.Json().convert_to_column(v, self) if k == "details" else v
                    for k, v in content.items()
                ),
                prev_hash,
                new_hash,
            )
            for content, prev_hash, new_hash in rows
        )
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """INSERT INTO ar_audit_event (company_id, chain_id, number, logged_at, user_id,
                                                   code, summary, details, res_model, res_id,
                                                   prev_hash, hash)
                            VALUES %s RETURNING id""",
                    values,
                )
            )
        ]

    def _verify_chain(self, chain):
        verifier = ChainVerifier()
        self.env.cr.execute(
            SQL("SELECT id FROM ar_audit_event WHERE chain_id = %s ORDER BY number", chain.id)
        )
        for ids in split_every(VERIFY_BATCH, [row[0] for row in self.env.cr.fetchall()], tuple):
            found = verifier.feed(self._read_chained(ids))
            if found:
                return self._prepare_break(chain, found)
        head = self.env.execute_query(
            SQL("SELECT head_number, head_hash FROM ar_audit_chain WHERE id = %s", chain.id)
        )
        found = verifier.finish(*head[0])
        return self._prepare_break(chain, found) if found else None

    def _read_chained(self, ids):
        """Read events past the ORM's cache: what counts is what the table holds."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, company_id, chain_id, number,
                          to_char(logged_at, 'YYYY-MM-DD HH24:MI:SS'), user_id,
                          code, summary, details, res_model, res_id, prev_hash, hash
                     FROM ar_audit_event WHERE id IN %s ORDER BY number""",
                ids,
            )
        )
        names = (
            "company_id",
            "chain_id",
            "number",
            "logged_at",
            "user_id",
            "code",
            "summary",
            "details",
        )
        for event_id, *values, res_model, res_id, prev_hash, event_hash in rows:
            content = dict(zip(names, values, strict=True), res_model=res_model, res_id=res_id)
            yield ChainedEvent(event_id, content["number"], content, prev_hash, event_hash)

    def _orphan_breaks(self, companies):
        """Events whose chain belongs to another company than they say."""
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id, e.chain_id, e.company_id, e.number
                     FROM ar_audit_event e LEFT JOIN ar_audit_chain c ON c.id = e.chain_id
                    WHERE e.company_id IN %s AND c.company_id IS DISTINCT FROM e.company_id""",
                tuple(companies.ids) or (0,),
            )
        )
        return [
            {
                "company_id": company_id,
                "chain_id": chain_id,
                "event_id": event_id,
                "code": "altered",
                "message": self.env._(
                    "Event %(number)s names another company than its chain.", number=number
                ),
            }
            for event_id, chain_id, company_id, number in rows
        ]

    def _prepare_break(self, chain, found):
        sentences = {
            "gap": self.env._(
                "Chain %(lane)s: around event %(number)s, events are missing or were added."
            ),
            "altered": self.env._(
                "Chain %(lane)s: event %(number)s was changed after it was recorded."
            ),
            "unlinked": self.env._(
                "Chain %(lane)s: event %(number)s does not follow the one before it."
            ),
            "tail_missing": self.env._(
                "Chain %(lane)s: the events from number %(number)s on are missing."
            ),
        }
        return {
            "company_id": chain.company_id.id,
            "chain_id": chain.id,
            "event_id": found.event_id,
            "code": found.code,
            "message": sentences[found.code] % {"lane": chain.lane, "number": found.number},
        }
