"""The receipt number: 20 digits, the last one a check digit, shown in five groups of four.

The check digit is Damm's (H. M. Damm, 2004; by python-stdnum): it finds every single wrong digit
and every swap of neighbours, and so the mix-up of 0 and the Arabic ٥.
"""

from stdnum import damm

from forms_service.rules.text import digits_only

RANDOM_DIGITS = 19
LENGTH = RANDOM_DIGITS + 1


def number_from(random_value: int) -> str:
    """Return the receipt number for a random value below 10**19."""
    if not 0 <= random_value < 10**RANDOM_DIGITS:
        raise ValueError("a receipt number has 19 random digits")
    digits = f"{random_value:0{RANDOM_DIGITS}d}"
    return digits + damm.calc_check_digit(digits)


def read_number(typed: str) -> str | None:
    """Return the number that someone typed, in any script's digits, or None if it can't be one."""
    digits = digits_only(typed)
    if len(digits) != LENGTH or not damm.is_valid(digits):
        return None
    return digits


def groups(number: str) -> list[str]:
    """Return the number's five groups of four digits."""
    return [number[start : start + 4] for start in range(0, LENGTH, 4)]
