from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAudit(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Audited"})
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.events = cls.env["ar.audit.event"]
        cls.partner = cls.env["res.partner"].create({"name": "Customer"})

    def append(self, *summaries, company=None):
        return self.events.ar_append(
            company or self.company,
            [
                {
                    "code": "credit.order_held",
                    "summary": text,
                    "record": self.partner,
                    "details": {"amount": "10.00"},
                }
                for text in summaries
            ],
        )

    def breaks(self):
        return [item["code"] for item in self.events.ar_verify_chains(self.company)]

    def test_events_are_kept_in_words_and_verify(self):
        first, second = self.append(
            "Held: 7,200.00 over the limit", "Released by the credit manager"
        )
        event = self.events.browse(second)
        self.assertEqual((event.number, event.prev_hash), (2, self.events.browse(first).hash))
        self.assertEqual((event.res_model, event.res_id), ("res.partner", self.partner.id))
        self.assertEqual(event.user_id, self.env.user)
        self.append("A third, later")
        self.assertEqual(self.breaks(), [])

    def test_nobody_changes_events_through_the_orm(self):
        event = self.events.browse(self.append("x"))
        for action in (
            lambda: event.write({"summary": "y"}),
            event.unlink,
            lambda: self.events.create([{}]),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_tampering_with_sql_is_found(self):
        ids = self.append("one", "two", "three", "four")
        change = "UPDATE ar_audit_event SET {} WHERE id = %(second)s"
        attacks = [
            ("altered", change.format("summary = 'no'")),
            ("altered", change.format("details = jsonb_build_object('amount', '99.00')")),
            ("altered", change.format("user_id = 2")),
            ("altered", change.format("logged_at = logged_at - interval '1 day'")),
            ("gap", change.format("number = 9")),
            ("unlinked", change.format("prev_hash = 'x'")),
            ("gap", "DELETE FROM ar_audit_event WHERE id = %(second)s"),
            ("tail_missing", "DELETE FROM ar_audit_event WHERE id = %(last)s"),
            ("tail_missing", "DELETE FROM ar_audit_event WHERE id >= %(first)s"),
            (
                "gap",
                """INSERT INTO ar_audit_event (company_id, chain_id, number, logged_at, user_id,
                                               code, summary, prev_hash, hash)
                        SELECT company_id, chain_id, 77, logged_at, user_id,
                               code, summary, prev_hash, hash
                          FROM ar_audit_event WHERE id = %(last)s""",
            ),
        ]
        places = {"first": ids[0], "second": ids[1], "last": ids[-1]}
        for expected, attack in attacks:
            with self.subTest(attack=attack):
                savepoint = self.cr.savepoint()
                self.cr.execute(attack, places)
                self.assertEqual(self.breaks(), [expected])
                savepoint.close(rollback=True)
        self.assertEqual(self.breaks(), [])

    def test_moving_an_event_to_another_company_is_found(self):
        ids = self.append("one", "two")
        self.cr.execute(
            "UPDATE ar_audit_event SET company_id = %s WHERE id = %s", [self.other.id, ids[1]]
        )
        self.assertTrue(self.events.ar_verify_chains(self.company | self.other))

    def test_companies_have_their_own_chains_and_readers(self):
        self.append("one")
        self.append("elsewhere", company=self.other)
        auditor = new_test_user(
            self.env,
            "audit_reader",
            groups="ar_automation.ar_automation_group_auditor",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        seen = self.events.with_user(auditor).search([("code", "=", "credit.order_held")])
        self.assertEqual(seen.company_id, self.company)
        self.assertEqual(self.events.with_user(auditor).ar_verify_chains(self.company), [])
        self.assertEqual(
            self.events.with_user(auditor).action_verify_chains()["params"]["type"], "success"
        )

    def test_only_auditors_and_supervisors_verify(self):
        user = new_test_user(self.env, "audit_none", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.events.with_user(user).ar_verify_chains(self.company)

    def test_a_batch_takes_as_many_queries_as_one_event(self):
        self.append("warm")
        with self.assertQueryCount(3):
            self.append("one")
        with self.assertQueryCount(3):
            self.append(*["many"] * 100)
