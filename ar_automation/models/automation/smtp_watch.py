"""Watches SMTP sessions for the moment from which a message may have been taken.

Core wraps what a dialog raises, and drops which recipients a server refused while it took
the message for others. The watch keeps both, and notes when the transmission of the
message itself begins.
"""


class SmtpWatch:
    """What happened in the dialogs of one sending.

    :ivar data_begun: the message of the dialog under way has begun to be transmitted.
    :ivar error: what the last failed dialog raised.
    :ivar accepted: addresses for which a server took a message.
    :ivar refused: ``{address: (code, answer)}`` of recipients refused by a server that
        took the message for others.
    """

    def __init__(self):
        self.forget()

    def forget(self):
        """Begin anew, for another sending over the same sessions."""
        self.data_begun = False
        self.error = None
        self.accepted = []
        self.refused = {}

    def attach(self, session):
        """Observe ``session``, an open ``smtplib.SMTP``."""
        send_mail, data = session.sendmail, session.data

        def watched_data(message):
            self.data_begun = True
            return data(message)

        def watched_sendmail(from_addr, to_addrs, *args, **kwargs):
            self.data_begun = False
            try:
                refused = send_mail(from_addr, to_addrs, *args, **kwargs)
            except BaseException as error:
                self.error = error
                raise
            self.refused.update(refused)
            self.accepted += [address for address in to_addrs if address not in refused]
            return refused

        session.data, session.sendmail = watched_data, watched_sendmail
