"""How a class of certificates comes back: from the days on which it expires to the days of submission, of issue and of the next expiry.

A class is a group (renewal option) and a validity in days. All functions are linear in the mass they move, so they serve expectations and
kernels alike. Source: rules, section 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.forecast.days import Days
from pipelines.forecast.inputs import CHAIN_GAP_DAYS, Inputs, Leads
from pipelines.policy_schema import Scenario


@dataclass(frozen=True)
class Movement:
    """What becomes of a mass of expiring certificates, per day: `submitted`, `issued`, and `lapsed` (by day of expiry)."""

    submitted: np.ndarray
    issued: np.ndarray
    lapsed: np.ndarray


def lead_shares(leads: Leads, validity_days: int, scenario: Scenario) -> np.ndarray:
    """The share of renewals submitted so many days before expiry (the index), never before the certificate may be changed no more."""
    latest = max(validity_days - CHAIN_GAP_DAYS, 0)
    if scenario.lead_days is not None:
        days, counts = np.array([scenario.lead_days]), np.array([1.0])
    else:
        days, counts = np.array(leads.days), np.array(leads.counts, dtype=float)
    return np.bincount(np.clip(days, 0, latest), weights=counts / counts.sum())


def move(mass: np.ndarray, shares: np.ndarray, target_business_days: int, inputs: Inputs, scenario: Scenario, days: Days) -> Movement:
    """Carry a mass by day of expiry through submission to issue. Mass expiring too late to be submitted in time stays out of the arrays."""
    length = days.length
    submitted = roll(early(mass, shares), days)
    due = days.due(target_business_days)
    every_day = np.arange(length)
    if scenario.issue == "process_by":
        # Issued so many days before expiry, or on submission when that is later.
        aimed, straight = every_day - inputs.process_by_days, every_day
        latest = aimed
    elif inputs.undated_renewal == "process_by":
        aimed, straight = every_day - inputs.process_by_days, due
        latest = np.minimum(every_day - inputs.lead_min_days, np.searchsorted(due, aimed, side="right") - 1)
    else:
        return Movement(submitted, onto(submitted, due), mass * lapsing_share(shares, due, days))
    # Submitted by `latest` (through weekends and closures) it is issued on the day aimed at, otherwise straight away.
    reach = np.where(latest >= 0, days.last_open[np.maximum(latest, 0)], -1)
    beyond = np.where(reach >= 0, every_day - reach, length)
    late = later_share(shares, beyond)
    issued = np.zeros(length)
    np.add.at(issued, np.maximum(aimed, 0), np.where(reach >= 0, mass * (1 - late), 0.0))
    hurried = np.zeros(length)
    for lead in np.flatnonzero(shares):
        held = mass * (lead < beyond) * shares[lead]
        if not held.any():
            continue
        hurried += shifted(held, -lead)
    issued += onto(roll(hurried, days), straight)
    return Movement(submitted, issued, mass * lapsing_share(shares, straight, days))


def lapsing_share(shares: np.ndarray, issue: np.ndarray, days: Days) -> np.ndarray:
    """The share of what expires on each day that is submitted too late: `issue` of its day of submission lies after the expiry."""
    every_day, open_days = np.arange(days.length), np.flatnonzero(days.is_open)
    place = np.searchsorted(issue[open_days], every_day, side="right") - 1
    beyond = np.where(place >= 0, every_day - open_days[np.maximum(place, 0)], days.length) if len(open_days) else np.full(days.length, days.length)
    return later_share(shares, beyond)


def later_share(shares: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """The share of submissions with fewer than `lead` days before expiry; all of them where no open day is early enough."""
    sums = np.concatenate([[0.0], np.cumsum(shares)])
    return sums[np.clip(lead, 0, len(shares))]


def issue_shares(flow: Movement, first: int, last: int) -> np.ndarray:
    """When is issued what is submitted on the days first to last - 1: shares per day, first come, first issued. Sums to 1, or to 0 for nothing."""
    before, through = flow.submitted[:first].sum(), flow.submitted[:last].sum()
    sums = np.clip(np.cumsum(flow.issued), before, through)
    shares = np.diff(sums, prepend=before)
    total = shares.sum()
    return shares / total if total > 0 else shares


def early(mass: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Mass by day of submission before weekends are looked at; what would lie before the first day is on it."""
    held = np.flatnonzero(mass)
    result = np.zeros(len(mass))
    if not len(held):
        return result
    first, last = held[0], held[-1] + 1
    spread = np.convolve(mass[first:last], shares[::-1])
    start = first - (len(shares) - 1)
    if start < 0:
        result[0] = spread[:-start].sum()
        spread, start = spread[-start:], 0
    result[start : start + len(spread)] += spread
    return result


def shifted(mass: np.ndarray, by: int) -> np.ndarray:
    """Mass moved by days; what would lie before the first day is on it."""
    if by >= 0:
        return np.concatenate([np.zeros(by), mass[: len(mass) - by]])
    result = np.concatenate([mass[-by:], np.zeros(-by)])
    result[0] += mass[:-by].sum()
    return result


def roll(mass: np.ndarray, days: Days) -> np.ndarray:
    """Mass moved to the next open day."""
    return np.bincount(days.roll, weights=mass, minlength=days.length)


def onto(mass: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Mass moved from each day to another."""
    return np.bincount(to, weights=mass, minlength=len(mass))
