"""A second statement of the rules, slow on purpose, by which the product is judged.

It imports nothing from `pipelines` or `dashboard`. Days are counted one by one, the closures are derived from the
Government Code's words, ratios are fractions, and a request is decided by reading its rows in order. Where the product
and this package disagree, one of them is wrong: the tests compare them for thousands of requests.

    closures       which days state offices are closed, from Government Code 19853
    business_days  counting, walking and the two ordinals
    clock          text to instants, instants to local dates
    versions       which row of a request counts at an instant
    outcomes       due date, stop and outcome of one request on one clock basis
    renewals       the renewal branch of the due date
    attainment     the statement per period

Of phases and pauses, all tables of which `histories` makes out of the exports:

    tracks         the values of a field, each from one instant to another, and what is wrong with their rows
    cases          a request as its phases, pauses and days are counted
    phases         who held a request when
    pauses         the pauses of a clock, and the verdict without them
    ledger         a clock day by day

Of another system's verdicts:

    opinions       what it said of a request at an instant
    reconciliation the same verdict, or why not
    federal_holidays  the days on which US federal offices are closed, from 5 U.S.C. 6103

Of certificates, all tables of which `inventory` makes out of the exports:

    names          host names, serial numbers, issuers and addresses, and what covers what
    records        which row of a certificate's record counts at an instant
    certificates   one certificate out of the records that speak of it
    supersession   what took its place, or may have
    links          what a request renews and what it led to; the current expiry of a renewal
    exposure       what expires, and whether a renewal is under way
    findings       what is wrong with a certificate
    approvals      an approval out of the approvers' answers
    readiness      whether a request can be processed

Of what is ahead:

    forecast       the submissions of every single certificate, generation by generation
    forecast_world what that is made from
    forecast_days  open days, due dates and weeks
    forecast_rates retention, leads, complete months and arrival rates
    survival       how likely an open request is to miss
    queue          which requests a team reaches by their due date
"""
