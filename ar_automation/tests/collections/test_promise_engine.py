"""Promises, instalments and answers, without a database."""

import doctest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.dunning import decision, facts, instalments, promises, replies, reply_words
from ...engine.dunning.decision import decide
from ...engine.dunning.facts import Customer, Level, NoReminder, OpenItem, Pause, Policy
from ...engine.dunning.instalments import Terms, divide, judge_plan
from ...engine.dunning.promises import Promise, Received, judge_promise, share_out
from ...engine.dunning.replies import find_day, sort_reply

DAY = date(2026, 7, 1)
LEVELS = Policy((Level(1, 3), Level(2, 15)))
money = st.integers(min_value=1, max_value=10**9).map(lambda cents: Decimal(cents) / 100)


def item(**more):
    late = DAY - timedelta(days=5)
    return OpenItem(7, "INV/7", late, "EUR", Decimal("50"), Decimal("50"), **more)


@tagged("post_install", "-at_install")
class TestModules(BaseCase):
    def test_the_examples_hold(self):
        for module in (decision, facts, instalments, promises, replies, reply_words):
            self.assertFalse(doctest.testmod(module).failed, module.__name__)


@tagged("post_install", "-at_install")
class TestPauses(BaseCase):
    def test_a_pause_is_told_in_its_own_words(self):
        paused = item(pause=Pause(None, "Promised."))
        found = decide(Customer((paused,)), LEVELS, DAY)
        self.assertEqual(found, NoReminder("paused", sentence="Promised."))

    def test_a_pause_that_is_over_pauses_nothing(self):
        paused = item(pause=Pause(DAY - timedelta(days=1), "Held."))
        self.assertEqual(decide(Customer((paused,)), LEVELS, DAY).number, 1)

    def test_other_items_are_reminded_without_the_paused_one(self):
        other = OpenItem(8, "INV/8", DAY - timedelta(days=5), "EUR", Decimal(9), Decimal(9))
        found = decide(Customer((item(pause=Pause(None, "x")), other)), LEVELS, DAY)
        self.assertEqual([listed.item.id for listed in found.items], [8])
        self.assertEqual(found.total, Decimal(9))

    def test_a_broken_promise_hastens_one_level(self):
        hastened = item(reached=1, is_hastened=True)
        self.assertEqual(decide(Customer((hastened,)), LEVELS, DAY).number, 2)
        at_the_top = item(reached=2, is_hastened=True)
        self.assertEqual(decide(Customer((at_the_top,)), LEVELS, DAY).reason, "nothing_due")


@tagged("post_install", "-at_install")
class TestPromises(BaseCase):
    @given(amount=money, paid=st.integers(0, 10**9), credited=st.integers(0, 10**9))
    def test_every_promise_past_its_grace_is_judged(self, amount, paid, credited):
        promise = Promise(amount, DAY, 3)
        received = Received(Decimal(paid) / 100, Decimal(credited) / 100)
        verdict = judge_promise(promise, received, DAY + timedelta(days=4))
        settled = received.paid + received.credited
        self.assertNotEqual(verdict.state, "open")
        self.assertEqual(verdict.state in ("kept", "lifted"), settled >= amount)
        self.assertEqual(verdict.missing, max(amount - settled, Decimal(0)))

    def test_nothing_unseen_is_held_against_anybody(self):
        promise = Promise(Decimal(50), DAY, 3)
        late = DAY + timedelta(days=9)
        waiting = Received(Decimal(0), has_waiting_receipt=True)
        self.assertEqual(judge_promise(promise, waiting, late).reason, "receipt_waiting")
        stale = Received(Decimal(0), bank_data_date=DAY + timedelta(days=2))
        self.assertEqual(judge_promise(promise, stale, late).reason, "bank_data_stale")
        fresh = Received(Decimal(0), bank_data_date=DAY + timedelta(days=3))
        self.assertEqual(judge_promise(promise, fresh, late).state, "broken")

    @given(money, st.lists(money, max_size=8))
    def test_an_amount_is_shared_out_in_full(self, amount, owed):
        shares = share_out(amount, tuple(enumerate(owed)))
        self.assertEqual(sum(shares.values()), min(amount, sum(owed)))
        self.assertTrue(all(0 < part <= owed[key] for key, part in shares.items()))
        self.assertEqual(list(shares), list(range(len(shares))))


@tagged("post_install", "-at_install")
class TestInstalments(BaseCase):
    @given(
        debt=money,
        interest=st.integers(0, 10**7),
        count=st.integers(1, 60),
        first=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
        every=st.sampled_from(("month", "two_weeks", "week")),
        unit=st.sampled_from((Decimal("0.01"), Decimal("0.001"), Decimal("0.05"), Decimal(1))),
    )
    def test_the_sums_are_the_debt_and_the_interest(
        self, debt, interest, count, first, every, unit
    ):
        terms = Terms(debt, count, first, every, Decimal(interest) / 100)
        if debt / unit < count:
            with self.assertRaises(ValueError):
                divide(terms, unit)
            return
        plan = divide(terms, unit)
        self.assertEqual(sum(each.principal for each in plan), debt)
        self.assertEqual(sum(each.interest for each in plan), terms.interest)
        self.assertEqual([each.number for each in plan], list(range(1, count + 1)))
        days = [each.date for each in plan]
        self.assertEqual(days, sorted(set(days)))
        self.assertEqual(days[0], first)
        principals = [each.principal for each in plan]
        self.assertLess(max(principals) - min(principals), 2 * unit)

    def test_what_cannot_be_divided_is_refused(self):
        for terms in (
            Terms(Decimal(0), 1, DAY),
            Terms(Decimal(5), 0, DAY),
            Terms(Decimal("0.02"), 3, DAY),
            Terms(Decimal(5), 1, DAY, interest=Decimal(-1)),
        ):
            with self.assertRaises(ValueError):
                divide(terms, Decimal("0.01"))

    @given(money, st.integers(1, 24), st.integers(0, 2 * 10**9), st.integers(-5, 900))
    def test_payments_fill_instalments_in_order(self, debt, count, paid, days):
        if debt * 100 < count:
            return
        plan = divide(Terms(debt, count, DAY), Decimal("0.01"))
        paid = Decimal(paid) / 100
        standing = judge_plan(plan, paid, DAY + timedelta(days=days), grace_days=3)
        self.assertEqual(sum(standing.filled), min(paid, debt))
        self.assertEqual(standing.state == "done", paid >= debt)
        self.assertEqual(standing.state == "default", standing.overdue > 0)
        full = [part == each.amount for part, each in zip(standing.filled, plan, strict=True)]
        self.assertEqual(full, sorted(full, reverse=True))


ANSWERS = [
    # kind, mail: every language says everything
    ("paid", "Hello, we have paid this invoice on 3 June by bank transfer."),
    ("paid", "Die Rechnung wurde am 3.6. bereits überwiesen, bitte prüfen Sie Ihr Konto."),
    ("paid", "Wir haben den Betrag letzte Woche überwiesen."),
    ("paid", "Bonjour, nous avons réglé cette facture vendredi."),
    ("paid", "Ya hemos pagado esta factura."),
    ("paid", "Buongiorno, abbiamo già effettuato: il bonifico è stato effettuato ieri."),
    ("paid", "Deze factuur is al betaald."),
    ("promise", "Sorry for the delay, we'll pay next week."),
    ("promise", "Wir werden den Betrag am 15.07.2026 überweisen."),
    ("promise", "Nous paierons le 15 juillet."),
    ("promise", "Pagaremos el 15 de julio."),
    ("promise", "Pagheremo entro il 15 luglio."),
    ("promise", "Wij zullen de factuur op 15 juli betalen."),
    ("dispute", "We dispute this invoice: half of the goods were damaged."),
    ("dispute", "Die Ware wurde nicht geliefert, wir bitten um eine Gutschrift."),
    ("dispute", "Nous contestons cette facture, le montant est erroné."),
    ("dispute", "No estamos de acuerdo con el importe."),
    ("dispute", "La fattura è errata, serve una nota di credito."),
    ("dispute", "De factuur klopt niet, wij wachten op een creditnota."),
    ("wrong_contact", "Mrs Miller no longer works here, please contact accounting."),
    ("wrong_contact", "Herr Maier ist ausgeschieden, wenden Sie sich an die Buchhaltung."),
    ("wrong_contact", "M. Durand ne travaille plus ici."),
    ("wrong_contact", "La persona ya no trabaja aquí."),
    ("wrong_contact", "Il signor Rossi non lavora più qui."),
    ("wrong_contact", "Mevrouw Jansen werkt niet meer bij ons."),
    ("out_of_office", "I am out of the office until 3 August."),
    ("out_of_office", "Ich bin im Moment nicht im Büro."),
    ("out_of_office", "Je suis absente jusqu'au 3 août."),
    ("out_of_office", "Estoy de vacaciones hasta el 3 de agosto."),
    ("out_of_office", "Sono in ferie fino al 3 agosto."),
    ("out_of_office", "Ik ben afwezig tot 3 augustus."),
    ("other", "Could you send us a copy of the invoice?"),
    ("other", "Bitte senden Sie uns eine Kopie."),
    ("other", ""),
    # negations
    ("other", "We have not paid."),
    ("other", "Wir haben noch nicht bezahlt."),
    ("other", "No, we will not pay this."),
]


@tagged("post_install", "-at_install")
class TestReplies(BaseCase):
    def test_answers_in_six_languages(self):
        for kind, text in ANSWERS:
            with self.subTest(text=text):
                found = sort_reply("Re: A friendly reminder", text)
                self.assertEqual(found.kind, kind, found)
                self.assertEqual(bool(found.words), kind != "other")

    def test_the_quoted_reminder_decides_nothing(self):
        quoted = (
            "Thanks.\n\nOn Tue, 30 June 2026, Example wrote:\n> if you dispute an invoice tell us"
        )
        self.assertEqual(sort_reply("Re: reminder", quoted).kind, "other")
        outlook = "Danke.\n\nVon: Example\nGesendet: Dienstag\nBetreff: Ihre Rechnung ist bezahlt"
        self.assertEqual(sort_reply("AW: reminder", outlook).kind, "other")

    def test_what_a_person_must_see_first_wins_and_the_rest_is_told(self):
        found = sort_reply("", "We have paid INV/1. INV/2 is wrong, we dispute it.")
        self.assertEqual((found.kind, found.also), ("dispute", ("paid",)))

    def test_a_machine_is_known_by_its_headers(self):
        found = sort_reply("Re: x", "We have paid.", is_automatic=True)
        self.assertEqual(found.kind, "out_of_office")

    def test_days_as_people_write_them(self):
        for text, expected in (
            ("by 15.07.2026", date(2026, 7, 15)),
            ("am 15.7.", date(2026, 7, 15)),
            ("on 2026-07-15", date(2026, 7, 15)),
            ("on 7/15/2026", date(2026, 7, 15)),
            ("le 15 juillet", date(2026, 7, 15)),
            ("July 15th", date(2026, 7, 15)),
            ("el 15 de julio de 2026", date(2026, 7, 15)),
            ("bis zum 3. März", date(2027, 3, 3)),
            ("wir zahlen morgen", date(2026, 7, 2)),
            ("Guten Morgen, danke", None),
            ("invoice of 1.6.2026 over 1.200,50", None),
            ("31.02.2027", None),
            ("on 15.07.2099", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_day(text, DAY), expected)

    @given(st.text(max_size=400), st.text(max_size=80))
    def test_any_text_is_sorted(self, text, subject):
        found = sort_reply(subject, text)
        self.assertEqual(found.kind == "other", not found.words)
        day = find_day(text, DAY)
        self.assertTrue(day is None or day > DAY)
