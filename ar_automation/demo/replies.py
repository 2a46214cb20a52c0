"""What customers answer to reminders, as mails that the gateway takes in.

>>> mail = write_answer(ANSWERS[0], "<1@x>", ("a@x.example", "b@y.example"), date(2026, 3, 2), 1)
>>> mail.splitlines()[4]
'In-Reply-To: <1@x>'
"""

from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

PROMISED_DAYS = 5


@dataclass(frozen=True)
class Answer:
    """A customer's answer: its words, so many business days before the story's own day.

    ``{day}`` stands for a day to come. ``is_done``: a collector has dealt with it.
    """

    left: int
    text: str
    lang: str = "de_DE"
    is_automatic: bool = False
    is_done: bool = False


ANSWERS = (
    Answer(9, "Diese Rechnung wurde bereits überwiesen, bitte prüfen Sie das.", is_done=True),
    Answer(7, "Wir werden den Betrag am {day:%d.%m.%Y} überweisen."),
    Answer(6, "Nous contestons cette facture: deux capteurs sont défectueux.", lang="fr_FR"),
    Answer(5, "Frau Bergmann arbeitet nicht mehr hier; wenden Sie sich an die Buchhaltung."),
    Answer(4, "Ich bin bis zum {day:%d.%m.%Y} nicht im Büro.", is_automatic=True),
    Answer(3, "Worum geht es bei diesem Schreiben?"),
    Answer(2, "We have paid this last week, please look again.", lang="en_US"),
)


def write_answer(
    answer: Answer, parent: str, people: tuple[str, str], day: date, number: int
) -> str:
    """Return an answer as a mail.

    :param parent: Message-Id of the reminder
    :param people: who answers, and whom
    :param number: makes its own Message-Id
    """
    mail = EmailMessage(policy=SMTP)
    sender, receiver = people
    mail["From"] = sender
    mail["To"] = receiver
    mail["Subject"] = "Re: Nordwind Components"
    mail["Message-Id"] = f"<{day:%Y%m%d}.{number}@{sender.rpartition('@')[2]}>"
    mail["In-Reply-To"] = parent
    mail["References"] = parent
    if answer.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(answer.text.format(day=day + timedelta(days=PROMISED_DAYS)))
    return mail.as_string()
