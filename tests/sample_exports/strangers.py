"""Certificates that only the public log knows: somebody ordered them elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from . import certificate_plan, plan
from .certificates import Certificate

ISSUERS = ("Free Automatic CA 3 (made up)", "Cloud Front Door CA (made up)")
HOSTS = "pilot hackathon outreach event promo beta survey-team mailer blog newsletter".split()
DAYS = 90
AGREEING = 2  # of them: for a name that the console knows too


def certificates(known: list[Certificate]) -> list[Certificate]:
    """A dozen, each issued at midnight UTC for ninety days."""
    random = Random(f"{plan.SEED} strangers")
    found = []
    ending = [one for one in known if one.issued_at and one.expires_on == certificate_plan.CROWDED[0] and one.renewal is None]
    shared = [one for one in ending if len(one.names) == 1]
    for position in range(certificate_plan.STRANGERS):
        label = random.choice(plan.DEPARTMENTS).label
        names = [f"{HOSTS[position % len(HOSTS)]}{random.randrange(2, 9)}.{label}-example.ca.gov"]
        # Midnight UTC is the afternoon before in California.
        first_on = certificate_plan.AS_OF_ON - timedelta(random.randrange(3, 110))
        if position < AGREEING:
            names, first_on = list(shared[position].names), certificate_plan.AS_OF_ON - timedelta(random.randrange(3, 20))
        at = datetime(first_on.year, first_on.month, first_on.day, 16) - timedelta(days=1)
        ends_on = first_on + timedelta(DAYS - 1)
        found.append(Certificate(names, at, at, ends_on, issuer=ISSUERS[position % 2], is_logged_only=True, key=("EC", 256)))
    return found
