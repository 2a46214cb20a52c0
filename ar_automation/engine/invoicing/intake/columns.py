"""What the columns of an order file mean, guessed by their titles.

Only titles that leave no doubt are taken, in the languages that customers use; each meaning goes
to one column. Whatever is not known is left to a person, whose answer is remembered.

>>> guess_columns(["Kundennr.", "Artikel", "Menge", "Farbe"])
['customer_code', 'product', 'quantity', '']
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MEANINGS = {
    "customer_code": """customercode customerno customernumber customernr customerid custno
        accountno accountnumber kundennr kundennummer kdnr klantnr klantnummer codeclient
        numeroclient numclient codigocliente codicecliente kundenr""",
    "vat": """vat vatno vatnumber vatid taxid ustid ustidnr umsatzsteuerid btwnummer btwnr btw
        numerotva tva tvaintracommunautaire nif partitaiva piva""",
    "email": "email emailaddress mail customeremail epost courriel correo",
    "customer": """customer customername company companyname kunde kundenname firma klant
        klantnaam client nomclient cliente""",
    "reference": """po pono ponumber ponr purchaseorder purchaseorderno purchaseordernumber
        orderno ordernumber ordernr customerreference customerorder yourreference reference ref
        bestellnr bestellnummer bestellung auftragsnummer auftragsnr bestelnummer bestelnr
        commande numerocommande boncommande refcommande pedido ordine numeroordine""",
    "order_date": """date orderdate podate datum bestelldatum auftragsdatum besteldatum
        orderdatum datecommande fechapedido fecha dataordine""",
    "delivery_date": """deliverydate delivery requireddate needby shipdate dateneeded
        lieferdatum liefertermin wunschtermin leverdatum leverdag datelivraison
        fechaentrega dataconsegna""",
    "product": """product productcode productno sku item itemcode itemno itemnumber article
        articleno articlenumber articlecode partno partnumber artikel artikelnr artikelnummer
        artnr artno codearticle refarticle codigo codigoarticulo codicearticolo""",
    "barcode": "barcode ean ean13 gtin upc strichcode codebarres streepjescode",
    "description": """description productname itemname text bezeichnung artikelbezeichnung
        beschreibung omschrijving designation descripcion descrizione""",
    "quantity": """quantity qty orderqty amountordered pieces pcs menge anzahl stueck stuck
        bestellmenge aantal hoeveelheid quantite qte cantidad quantita qta""",
    "price": """price unitprice netprice preis einzelpreis stueckpreis stuckpreis nettopreis
        prijs stukprijs prix prixunitaire pu precio preciounitario prezzo prezzounitario""",
    "discount": "discount discountpercent rabatt rabattprozent korting remise descuento sconto",
    "note": "note notes comment comments remark remarks bemerkung notiz opmerking remarque nota",
}
# An order needs a product and a quantity in every row.
PRODUCT_MEANINGS = ("product", "barcode")
CUSTOMER_MEANINGS = ("customer_code", "vat", "email", "customer")

_BY_TITLE = {title: meaning for meaning, titles in MEANINGS.items() for title in titles.split()}
_NOISE = re.compile(r"[\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "à": "a"})
_UMLAUTS.update(str.maketrans({"ó": "o", "í": "i", "ñ": "n", "ê": "e", "º": "", "°": ""}))


def title_key(title: str) -> str:
    """Return a title as it is compared: letters and digits only.

    >>> title_key(" Kunden-Nr. "), title_key("Qté")
    ('kundennr', 'qte')
    """
    return _NOISE.sub("", title.casefold().translate(_UMLAUTS))


def guess_columns(titles: Sequence[str]) -> list[str]:
    """Return the meaning of each column, ``""`` where its title is not known."""
    found: list[str] = []
    for title in titles:
        meaning = _BY_TITLE.get(title_key(title), "")
        found.append("" if meaning in found else meaning)
    return found


def missing_meanings(meanings: Sequence[str], *, knows_customer: bool) -> list[str]:
    """Return what no column holds and an order cannot do without.

    :param knows_customer: whether the customer is known without a column

    >>> missing_meanings(["product", "price"], knows_customer=False)
    ['customer', 'quantity']
    """
    missing = []
    if not knows_customer and not set(CUSTOMER_MEANINGS) & set(meanings):
        missing.append("customer")
    if not set(PRODUCT_MEANINGS) & set(meanings):
        missing.append("product")
    if "quantity" not in meanings:
        missing.append("quantity")
    return missing
