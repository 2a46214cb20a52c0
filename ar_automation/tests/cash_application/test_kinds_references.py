"""What a payer may write: every way to name an invoice ends in the right journal items."""

from odoo.tests import tagged

from .kind_case import KindCase

# Scheme, reference as we print it, reference as it arrives.
STRUCTURED = [
    ("ISO 11649", "RF18539007547034", "rf18 5390 0754 7034"),
    ("Finnish viite", "20260001236", "2 02600 01236"),
    ("Swedish OCR", "2026000126", "2026000126"),
    ("Norwegian KID, MOD 11", "12345678903", "KID 12345678903"),
    ("Danish FIK", "000000002026123", "+71<000000002026123+"),
    ("Swiss QR reference", "210000000003139471430009017", "21 00000 00003 13947 14300 09017"),
    ("Belgian", "+++090/9337/55493+++", "090933755493"),
    ("Slovenian", "SI121234567890120", "SI12 1234567890120"),
    ("Croatian", "HR0112343", "HR01 12343"),
    ("Dutch", "5000056789012345", "5000 0567 8901 2345"),
]
# What is made of our number INV/2026/00042 (or as set), and whether that is sure enough.
WRITTEN = [
    ("as it is", "{name}", "itself"),
    ("other separators", "inv-2026-{counter}", "itself"),
    ("no separators", "INV2026{counter}", "itself"),
    ("embedded", "Zahlung Rg {name} vom 03.02.2026 Danke", "itself"),
    ("prefix dropped", "Invoice 2026/{counter}", "itself"),
    ("leading zeros lost", "INV/2026/{short}", "itself"),
    ("between words of a bank", "SVWZ+{name} EREF+NOTPROVIDED", "itself"),
]


@tagged("post_install", "-at_install")
class TestReferences(KindCase):
    def test_structured_references_of_each_country(self):
        for scheme, printed, written in STRUCTURED:
            with self.subTest(scheme):
                amount = next(self.amounts)
                invoice = self.invoice(amount)
                invoice.payment_reference = printed
                line = self.pay(amount, written, partner_name=False)
                self.settle(line, [self.paid(amount)], {invoice: 0})
                invoice.payment_reference = invoice.name

    def test_our_number_as_people_write_it(self):
        for way, text, by in WRITTEN:
            with self.subTest(way):
                amount = next(self.amounts)
                invoice = self.invoice(amount)
                counter = invoice.name.rpartition("/")[2]
                words = {
                    "name": invoice.name,
                    "counter": counter,
                    "short": counter.lstrip("0"),
                }
                line = self.pay(amount, text.format(**words))
                self.settle(line, [self.paid(amount)], {invoice: 0}, by=by)

    def test_a_list_and_a_range(self):
        invoices = [self.invoice(next(self.amounts)) for _ in range(4)]
        counters = [invoice.name.rpartition("/")[2] for invoice in invoices]
        texts = {
            "list": f"{invoices[0].name}, {counters[1]}, {counters[2]} u. {counters[3]}",
            "range": f"{invoices[0].name}-{counters[3]}",
        }
        for way, text in texts.items():
            with self.subTest(way):
                total = sum(invoice.amount_total for invoice in invoices)
                line = self.pay(total, text)
                # settled one to one, so the suspense item became the customer's
                self.settle(line, [self.paid(total)], dict.fromkeys(invoices, 0))

    def test_a_number_that_the_bank_split_over_lines(self):
        invoice = self.invoice(100)
        line = self.pay(100, f"{invoice.name[:9]}\n{invoice.name[9:]}")
        self.settle(line, [self.paid(100)], {invoice: 0})

    def test_one_digit_mistyped_is_never_booked_by_itself(self):
        invoice = self.invoice(143)
        self.invoice(143)
        line = self.pay(143, f"{invoice.name[:-2]}{int(invoice.name[-2]) + 5}{invoice.name[-1]}")
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        self.assert_untouched(line)

    def test_a_check_digit_that_is_wrong_names_nothing(self):
        invoice = self.invoice(143)
        invoice.payment_reference = "RF18539007547034"
        line = self.pay(143, "RF18539007547043", partner_name=False)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        self.assert_untouched(line)

    def test_the_customers_own_reference_and_the_order(self):
        ordered, referred = self.invoice(151), self.invoice(153)
        ordered.invoice_origin = "S04711"
        referred.ref = "PO-88-1234"
        self.settle(self.pay(151, "Order S04711"), [self.paid(151)], {ordered: 0})
        self.settle(self.pay(153, "your PO 88 1234"), [self.paid(153)], {referred: 0})

    def test_structured_data_of_the_bank(self):
        invoice, other = self.invoice(161), self.invoice(167)
        line = self.pay(161, "/", transaction_details={"references": [invoice.name]})
        self.settle(line, [self.paid(161)], {invoice: 0})
        line = self.pay(167, "/", ar_end_to_end_id=other.name.replace("/", ""))
        self.settle(line, [self.paid(167)], {other: 0})

    def test_documents_that_the_payment_lists(self):
        first, second = self.invoice(171), self.invoice(173)
        documents = [{"number": first.name}, {"number": second.name}]
        line = self.pay(344, "/", transaction_details={"documents": documents})
        self.settle(line, [self.paid(344)], {first: 0, second: 0})
