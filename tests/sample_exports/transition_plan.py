"""What the sample's exports of transitions, tasks and second opinions hold, and what is wrong in them. Every number here is made up."""

from __future__ import annotations

from datetime import date, datetime

METRICS_FROM = date(2026, 7, 1)  # requests submitted since have their metrics kept
AUDITED_FROM = date(2026, 6, 1)  # those of the month before have their audit exported instead
METRICS_TAKEN_AT = (datetime(2026, 10, 1, 8, 31), datetime(2026, 11, 20, 17, 4))
METRICS_CHANGED_FROM = datetime(2026, 9, 24)  # the second export holds what changed since, so that the two overlap
AUDIT_TAKEN_AT = datetime(2026, 8, 3, 8, 11)

WAITING, REVIEW, AUTHORITY, ISSUE, INSTALLATION = "Waiting for Approval", "Review", "Awaiting authority", "Fulfillment", "Installation"
PENDING, WORKING, OPEN = "Pending", "Work in Progress", "Open"
INSTALLERS = "Platform Hosting"
ESCALATED = "Escalated to Sectigo"  # a stage that no mapping knows
ON_HOLD = "On Hold Vendor"  # and a state
PHASES = {WAITING: "customer", REVIEW: "review", AUTHORITY: "authority validation", ISSUE: "issue", INSTALLATION: "install"}
PARTIES = {"customer": "customer", "authority validation": "authority", "install": "platform team"}  # the certificate team has the rest

PAUSE_LENGTHS = {0: 22, 1: 33, 2: 24, 3: 12, 4: 6, 6: 3}  # business days until the customer answers
MORE_PAUSES_SHARE = 0.13  # of the requests that were worked on without one
AUTHORITY_SHARE = 0.03  # of the new ones

# Requests in whose metrics something is wrong, by what it is.
OVERLAPS = 4
MISSING_ENDS = 4
BACKWARDS = 3  # an end before its start
LATE_BEGINNINGS = 2  # the metrics begin days after the submission
HOLES = 2  # nothing is recorded for some days in the middle
ESCALATIONS = 2  # a stage without a rule, while the state still tells that the team works
UNKNOWN_VALUES = 2  # neither stage nor state has a rule
STRANGERS = 3  # requests that no export of requests has
SWAPPED_UPDATES = 2  # of the audited: two changes whose count runs against their time
TASK_PAUSES = 3  # a task that waits for the customer, partly at the same time as the state does

# Second opinions that differ from ours, by the reason for it.
DIFFERENT_STARTS = 6
DIFFERENT_STOPS = 4
COUNTED_PAUSES = 5
DAYS_OF_24_SCHEDULE_HOURS = 4
DAYS_OF_24_HOURS = 4
OTHER_SCHEDULES = 3
UNEXPLAINED = 4
REQUESTED_DATES = 4
LEGACY_FIELDS = 3
RESPONSES = 120  # rows of another definition, which says nothing about the promise
