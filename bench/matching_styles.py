"""How payers of many countries write, and how companies number: two styles that share nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """How payers write and how companies number."""

    schemes: tuple[str, ...]
    texts: tuple[str, ...]
    joints: tuple[str, ...]
    noise: tuple[str, ...]
    surnames: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]


TRAIN = Style(
    ("INV/{y}/{n:05d}", "RE-{y}-{n:04d}", "F{s}-{n:05d}", "{y}{n:06d}", "FV/{n:04d}/{y}"),
    (
        "{r}", "Rechnung {r}", "Rg.Nr. {r} vom 03.05.2026", "Facture {r}", "Invoice {r} thank you",
        "SVWZ+{r} EREF+NOTPROVIDED", "pago factura {r}", "Fattura {r} saldo",
        "Betaling factuur {r}",
        "Faktura {r}", "Lasku {r}", "/ROC/{r}//URI/", "PMT INV {r}", "Kd 10022 {r}",
        "za fakture {r}", "RE {r} abzgl. nichts", "Règlement {r} du 12/06/2026",
    ),
    (", ", " + ", " und ", " et ", " / ", "; "),
    (
        "Vielen Dank", "THANK YOU", "Zahlung", "virement", "transfer", "pagamento", "/", "",
        "Danke Tel 0170 5551234", "payment 03/2026", "Sammelzahlung", "betaling",
    ),
    ("Müller", "Dupont", "Rossi", "Jansen", "García", "Nowak", "Virtanen", "Hansen", "Smith",
     "Weiß", "Lefèvre", "Bianchi", "de Vries", "López", "Kowalski", "Korhonen", "Larsen", "Brown"),
    ("Bau", "Consulting", "Logistics", "Foods", "Metall", "Design", "Pharma", "Textil", "Energie",
     "Software", "Print", "Garten", "Optik", "Transport", "Marine", "Papier", "Stahl", "Media"),
    ("GmbH", "S.A.", "S.r.l.", "B.V.", "Ltd.", "Sp. z o.o.", "Oy", "A/S", "Inc.", "GmbH & Co. KG"),
)  # fmt: skip
TEST = Style(
    ("BILL/{y}/{n:04d}", "AR{s}{n:05d}", "{y}/{n:05d}", "SI-{n:06d}", "INV/{y}/06/{n:04d}"),
    (
        "{r}", "Zahlung der Rechnung Nr. {r}", "Ihre Rechnung {r}", "votre facture n° {r}",
        "Our payment of {r}", "bill {r} less nothing", "Transferencia fra. {r}", "Bonifico ft {r}",
        "fact {r} d.d. 1-6-2026", "Fakt.nr {r}", "viite {r}", "+{r}+", "ACH CREDIT {r}",
        "client 4471 / {r}", "placilo racuna {r}", "uhrada faktury {r}", "szamla {r}",
        "EREF: NOTPROVIDED REMI: {r}", "DD {r}",
    ),
    (" ", ",", " & ", " og ", " och ", " e ", "|"),
    (
        "merci", "Gracias", "payment", "wg. Lieferung Juni", "order 4500012345", "grazie",
        "Ueberweisung", "invoice attached", "see email", "tack", "RATE", "-", "2026",
    ),
    ("Schröder", "Moreau", "Conti", "Bakker", "Fernández", "Zieliński", "Mäkinen", "Nilsen",
     "Taylor", "Groß", "Béranger", "Ricci", "van Dijk", "Núñez", "Wójcik", "Heikkinen",
     "Sørensen", "Wilson", "Kovács", "Horvat", "Dvořák"),
    ("Hotel", "Elektro", "Fisk", "Wein", "Holz", "Druck", "Auto", "Chemie", "Glas", "Sport",
     "Reisen", "Kaffee", "Moda", "Immobilien", "Plastics", "Tools", "Labs", "Dental", "Farm"),
    ("AG", "SARL", "SpA", "NV", "PLC", "s.r.o.", "AB", "AS", "LLC", "d.o.o.", "Kft.", "SL"),
)  # fmt: skip
