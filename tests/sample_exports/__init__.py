"""Writes the made-up sample exports of `data/sample` and the outcomes and facts intended for them.

One seed, the standard library (and `cryptography` to sign the certificate files), and business days counted one at a time:
nothing here imports the product or the reference, so an agreement between the three is evidence.
Run `python -m tests.sample_exports [OUT [EXPECTED]]`.
"""
