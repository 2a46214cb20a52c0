"""How an unattended job decides: what to retry when, which days to make up, what
a finished record counts as, and how the audit trail is chained."""
