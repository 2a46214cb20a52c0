"""Words by which answers to reminders are sorted, by meaning and language.

Phrases are folded: lower case, without accents, apostrophes as spaces. A star at the end of a
word stands for any ending. They are data, so that one sees and can discuss why an answer was
sorted as it was::

    >>> "we have paid" in PHRASES["paid"]["en"]
    True
    >>> MONTHS["marz"], MONTHS["aout"]
    (3, 8)
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["out_of_office", "wrong_contact", "dispute", "paid", "promise", "other"]
Phrases = dict[str, tuple[str, ...]]

PHRASES: dict[Kind, Phrases] = {
    "out_of_office": {
        "en": (
            *("out of office", "out of the office", "automatic reply", "auto reply"),
            *("autoreply", "i am away", "on annual leave", "on vacation", "on parental leave"),
            "limited access to",
        ),
        "de": (
            *("abwesenheitsnotiz", "automatische antwort", "abwesenheitsassistent"),
            *("ich bin abwesend", "nicht im buro", "nicht im hause", "bin im urlaub"),
            *("bin bis zum * nicht erreichbar", "meine abwesenheit", "in elternzeit"),
        ),
        "fr": (
            *("reponse automatique", "absence du bureau", "je suis absent*", "en conge*"),
            *("message d absence", "de retour le"),
        ),
        "es": (
            *("respuesta automatica", "fuera de la oficina", "estoy de vacaciones"),
            *("estoy ausente", "estare ausente", "fuera de oficina"),
        ),
        "it": (
            *("risposta automatica", "fuori ufficio", "sono in ferie", "sono assente"),
            *("saro assente", "fuori sede"),
        ),
        "nl": (
            *("automatisch antwoord", "afwezigheidsbericht", "ik ben afwezig", "niet op kantoor"),
            *("met vakantie", "automatische reactie"),
        ),
    },
    "wrong_contact": {
        "en": (
            *("no longer work*", "no longer with the company", "left the company"),
            *("wrong person", "wrong contact", "wrong address", "wrong department"),
            *("not the right person", "not responsible for", "please contact"),
            *("unsubscribe", "please send * to our accounts payable"),
        ),
        "de": (
            *("nicht mehr im unternehmen", "nicht mehr bei uns", "arbeitet nicht mehr"),
            *("falscher ansprechpartner", "falsche adresse", "nicht zustandig"),
            *("wenden sie sich", "nicht der richtige ansprechpartner", "ausgeschieden"),
        ),
        "fr": (
            *("ne travaille plus", "mauvais destinataire", "mauvaise adresse"),
            *("pas la bonne personne", "pas le bon interlocuteur", "a quitte la societe"),
            *("a quitte l entreprise", "veuillez contacter"),
        ),
        "es": (
            *("ya no trabaja", "persona equivocada", "direccion equivocada"),
            *("no soy la persona", "pongase en contacto con", "contacte con"),
        ),
        "it": (
            *("non lavora piu", "persona sbagliata", "indirizzo sbagliato"),
            *("non sono la persona", "si prega di contattare", "vi prego di contattare"),
        ),
        "nl": (
            *("werkt niet meer", "verkeerde persoon", "verkeerd adres", "niet de juiste persoon"),
            *("uit dienst", "neem contact op met", "gelieve contact op te nemen"),
        ),
    },
    "dispute": {
        "en": (
            *("dispute*", "invoice is wrong", "invoice is incorrect", "incorrect invoice"),
            *("wrong amount", "wrong price", "never received the goods", "never ordered"),
            *("did not order", "not received the goods", "not delivered", "damaged", "defective"),
            *("credit note", "complaint", "not agree*", "disagree*", "don t agree"),
            "short delivery",
        ),
        "de": (
            *("reklamation*", "reklamier*", "beanstand*", "rechnung ist falsch"),
            "falsche rechnung",
            *("rechnung ist fehlerhaft", "falscher betrag", "falscher preis", "nicht bestellt"),
            *("nicht geliefert", "nie erhalten", "ware nicht erhalten", "beschadigt", "defekt*"),
            *("gutschrift", "nicht einverstanden", "widerspruch", "mangelhaft*", "mangel"),
        ),
        "fr": (
            *("litige", "conteste*", "contestons", "facture est erronee", "facture incorrecte"),
            *("montant errone", "pas commande", "pas livre*", "jamais recu", "endommage*"),
            *("defectueu*", "avoir s il vous plait", "note de credit", "reclamation"),
            *("pas d accord", "un avoir"),
        ),
        "es": (
            *("disputa*", "reclamacion", "factura es incorrecta", "factura incorrecta"),
            *("importe incorrecto", "no hemos pedido", "no hemos recibido la mercancia"),
            *("danad*", "defectuos*", "nota de credito", "abono de la factura"),
            *("no estamos de acuerdo", "no estoy de acuerdo"),
        ),
        "it": (
            *("contestazione", "contestiamo", "contesto", "fattura e errata", "fattura errata"),
            *("importo errato", "mai ordinato", "mai ricevuto", "non consegnat*", "danneggiat*"),
            *("difettos*", "nota di credito", "reclamo", "non siamo d accordo"),
        ),
        "nl": (
            *("betwist*", "factuur is onjuist", "factuur klopt niet", "onjuiste factuur"),
            *("verkeerd bedrag", "niet besteld", "niet geleverd", "nooit ontvangen"),
            *("beschadigd", "defect*", "creditnota", "creditfactuur", "klacht", "niet akkoord"),
        ),
    },
    "paid": {
        "en": (
            *("already paid", "have paid", "we have paid", "has been paid", "have been paid"),
            *("was paid", "were paid", "we paid", "i paid", "paid on", "paid last"),
            *("paid yesterday", "payment was made", "payment has been made", "payment was sent"),
            *("have transferred", "was transferred", "has been transferred", "already settled"),
            "payment is on its way",
        ),
        "de": (
            *("bereits bezahlt", "schon bezahlt", "haben * bezahlt", "wurde bezahlt"),
            *("wurde * bezahlt", "bereits uberwiesen", "haben * uberwiesen", "wurde * uberwiesen"),
            *("ist bezahlt", "bereits beglichen", "wurde * beglichen", "bereits angewiesen"),
            *("haben wir bezahlt", "habe ich bezahlt", "zahlung ist unterwegs", "schon uberwiesen"),
            *("haben * beglichen", "haben wir uberwiesen", "habe * uberwiesen", "habe * bezahlt"),
        ),
        "fr": (
            *("deja paye*", "avons paye", "ai paye", "a ete paye*", "deja regle*"),
            *("avons regle", "ai regle", "a ete regle*", "virement a ete effectue"),
            *("paiement a ete effectue", "virement effectue", "avons effectue le virement"),
        ),
        "es": (
            *("ya pagad*", "ya esta pagad*", "hemos pagado", "he pagado", "ha sido pagada"),
            *("fue pagada", "ya hemos", "pago fue realizado", "transferencia realizada"),
            *("hemos realizado el pago", "hemos realizado la transferencia", "pagamos el"),
        ),
        "it": (
            *("gia pagat*", "abbiamo pagato", "ho pagato", "e stata pagata", "gia saldat*"),
            *("abbiamo saldato", "bonifico e stato effettuato", "abbiamo effettuato il bonifico"),
            *("pagamento e stato effettuato", "bonifico effettuato", "e stata saldata"),
        ),
        "nl": (
            *("al betaald", "reeds betaald", "hebben * betaald", "heb * betaald", "is betaald"),
            *("is * betaald", "werd betaald", "hebben * overgemaakt", "is overgemaakt"),
            *("reeds voldaan", "is voldaan"),
        ),
    },
    "promise": {
        "en": (
            *("will pay", "ll pay", "going to pay", "will be paid", "will transfer"),
            *("will be transferred", "will settle", "will be settled", "payment will be made"),
            *("will make the payment", "promise to pay", "plan to pay", "next payment run"),
            *("payment is scheduled", "scheduled for payment", "intend to pay"),
        ),
        "de": (
            *("werden * zahlen", "werde * zahlen", "werden * bezahlen", "werde * bezahlen"),
            *("werden * uberweisen", "werde * uberweisen", "wird * bezahlt", "wird * uberwiesen"),
            *("wird * beglichen", "werden * begleichen", "nachster zahllauf", "zahlungslauf"),
            *("zahlung erfolgt", "zahlen wir", "uberweisen wir", "wird angewiesen"),
        ),
        "fr": (
            *("allons payer", "vais payer", "paierons", "paierai", "reglerons", "reglerai"),
            *("sera paye*", "sera regle*", "allons regler", "vais regler", "sera effectue"),
            *("prochain virement", "procederons au paiement"),
        ),
        "es": (
            *("pagaremos", "pagare", "vamos a pagar", "voy a pagar", "sera pagada"),
            *("se pagara", "realizaremos el pago", "realizaremos la transferencia"),
            *("abonaremos", "el pago se realizara"),
        ),
        "it": (
            *("pagheremo", "paghero", "sara pagata", "salderemo", "verra pagata", "verra saldata"),
            *("effettueremo il pagamento", "effettueremo il bonifico", "provvederemo al pagamento"),
            "provvederemo a",
        ),
        "nl": (
            *("zullen * betalen", "zal * betalen", "gaan * betalen", "ga * betalen"),
            *("wordt * betaald", "zullen * overmaken", "wordt * overgemaakt", "betalen wij"),
            *("volgende betaalrun", "betaling volgt", "betalen we"),
        ),
    },
}

# An answer of several meanings is the first of these: what a person must look at first.
PRECEDENCE: tuple[Kind, ...] = ("out_of_office", "dispute", "paid", "promise", "wrong_contact")

# One of them among the words before a phrase turns it into its opposite.
NEGATIONS = frozenset(
    (
        *("not", "never", "no", "cannot", "cant", "wont", "isn", "wasn", "hasn", "haven", "didn"),
        *("don", "nicht", "nie", "kein", "keine", "pas", "jamais", "nunca", "non", "mai"),
        *("niet", "nooit", "geen"),
    )
)

MONTH_NAMES = (
    "january januar janvier enero gennaio januari jan",
    "february februar fevrier febrero febbraio februari feb",
    "march marz mars marzo maart mar mrz",
    "april avril abril aprile apr",
    "may mai mayo maggio mei",
    "june juni juin junio giugno jun",
    "july juli juillet julio luglio jul",
    "august aout agosto augustus aug",
    "september septembre septiembre settembre sep sept",
    "october oktober octobre octubre ottobre oct okt",
    "november novembre noviembre nov",
    "december dezember decembre diciembre dicembre dec dez",
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names.split()}

TOMORROW = ("tomorrow", "morgen", "demain", "manana", "domani")

# Lines from which on a mail only repeats what was said before.
QUOTE_STARTS = (
    *("-----original message-----", "________________________________", "-- "),
    *("-----ursprungliche nachricht-----", "-----message d origine-----"),
    *("from:", "von:", "de:", "da:", "van:", "enviado el:", "gesendet:", "sent:"),
)
QUOTE_ENDINGS = ("wrote:", "schrieb:", "a ecrit :", "a ecrit:", "escribio:", "ha scritto:")
QUOTE_ENDINGS_NL = ("schreef:", "geschreven:")
