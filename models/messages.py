"""What is to be told to the world outside: left with a change, sent by a worker."""

from models import columns
from models.base import Owned
from models.words import Described


class MessageChannel(Described):
    """By which way a message goes out."""

    EMAIL = "EMAIL", "By e-mail."
    SMS = "SMS", "By text message."
    POST = "POST", "By letter."
    WEBHOOK = "WEBHOOK", "To another system."


class MessageState(Described):
    """Where a message is on its way."""

    QUEUED = "QUEUED", "Waits to be sent."
    SENT = "SENT", "Handed to the provider."
    DELIVERED = "DELIVERED", "Arrived."
    BOUNCED = "BOUNCED", "Came back."
    FAILED = "FAILED", "Could not be sent, and will be tried again."
    DEAD = "DEAD", "Could not be sent, and will not be tried again."


class OutboxMessage(Owned):
    """One message, by its template and the facts that fill it. Holds no secret."""

    PREFIX = "msg"
    TYPENAME = "OutboxMessage"

    account_id = columns.maybe_key()
    user_id = columns.maybe_key()
    template = columns.text()
    channel = columns.one_of(MessageChannel)
    recipient = columns.text()
    locale = columns.text()
    facts = columns.document()
    dedupe_key = columns.maybe_text()
    state = columns.one_of(MessageState)
    attempts = columns.whole(0)
    provider_id = columns.maybe_text()
    created_at = columns.instant()
    sent_at = columns.maybe_instant()

    class Meta:
        table = "outbox_message"
