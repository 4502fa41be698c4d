"""RSA keys from a seed. They sign and protect nothing outside this sample."""

from __future__ import annotations

from random import Random

SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
EXPONENT = 65537
ROUNDS = 24


def pair(random: Random, bits: int) -> tuple[int, int]:
    """Two primes whose product has exactly this many bits."""
    return _prime(random, bits // 2), _prime(random, bits // 2)


def _prime(random: Random, bits: int) -> int:
    while True:
        found = random.getrandbits(bits) | 3 << bits - 2 | 1
        if found % EXPONENT != 1 and all(found % small for small in SMALL) and _is_prime(random, found):
            return found


def _is_prime(random: Random, n: int) -> bool:
    """Miller and Rabin's test."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(ROUNDS):
        x = pow(random.randrange(2, n - 1), odd, n)
        if x not in (1, n - 1) and all((x := x * x % n) != n - 1 for _ in range(twos - 1)):
            return False
    return True
