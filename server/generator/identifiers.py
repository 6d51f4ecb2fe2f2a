"""Numbers with right check digits that belong to nobody: companies, bank accounts, payments, vehicles.

A number is made from a counter or a draw, never copied from a register. The bank codes are invented.
"""

from random import Random

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: Random, count: int) -> str:
    """That many digits, the first of which may be zero."""
    return f"{rng.randrange(10**count):0{count}d}"


def belgian_enterprise_number(rng: Random) -> str:
    """Ten digits: a leading zero or one, and 97 minus the first eight modulo 97."""
    first_eight = rng.randrange(4_000_000, 7_999_999)
    return f"{first_eight:08d}{97 - first_eight % 97:02d}"


def norwegian_organization_number(rng: Random) -> str:
    """Nine digits, the last by modulus 11; a first eight that would need the digit ten is drawn again."""
    while True:
        first_eight = str(rng.choice((8, 9))) + digits(rng, 7)
        rest = 11 - sum(int(digit) * weight for digit, weight in zip(first_eight, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if rest != 10:
            return f"{first_eight}{rest % 11}"


def siren(rng: Random) -> str:
    """The nine digits of a French company, the last by Luhn."""
    return with_luhn(f"{rng.randrange(30_000_000, 99_999_999):08d}")


def siret(company: str, establishment: int) -> str:
    """The fourteen digits of one establishment of a company."""
    return with_luhn(f"{company}{establishment:04d}")


def vat_number(country: str, enterprise_number: str) -> str:
    """The VAT number that belongs to a company number."""
    if country == "FR":
        return f"FR{(12 + 3 * (int(enterprise_number) % 97)) % 97:02d}{enterprise_number}"
    if country == "NO":
        return f"NO{enterprise_number}MVA"
    return country + enterprise_number


def iban(country: str, rng: Random) -> str:
    """An account at an invented bank, with the national check digits and the international ones."""
    return with_iban_check(country, {"BE": belgian_account, "FR": french_account, "NO": norwegian_account}[country](rng))


def belgian_account(rng: Random) -> str:
    ten = f"979{digits(rng, 7)}"
    return f"{ten}{int(ten) % 97 or 97:02d}"


def french_account(rng: Random) -> str:
    bank, branch, account = "99979", digits(rng, 5), digits(rng, 11)
    return f"{bank}{branch}{account}{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97:02d}"


def norwegian_account(rng: Random) -> str:
    while True:
        ten = f"0979{digits(rng, 6)}"
        rest = 11 - sum(int(digit) * weight for digit, weight in zip(ten, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if rest != 10:
            return f"{ten}{rest % 11}"


def with_iban_check(country: str, account: str) -> str:
    return f"{country}{98 - remainder_97(account + country + '00'):02d}{account}"


def bic(country: str) -> str:
    """The invented bank of a country."""
    return f"DEMO{country}{country}XXX"


def creditor_identifier(country: str, national: str) -> str:
    """Who collects a direct debit. The business code ZZZ takes no part in the check digits."""
    return f"{country}{98 - remainder_97(national + country + '00'):02d}ZZZ{national}"


def structured_communication(number: int) -> str:
    """The Belgian payment reference: ten digits and their remainder modulo 97, a remainder of nothing written 97."""
    twelve = f"{number:010d}{number % 97 or 97:02d}"
    return f"+++{twelve[:3]}/{twelve[3:7]}/{twelve[7:]}+++"


def kid(number: int, width: int = 9) -> str:
    """The Norwegian payment reference, closed by modulus 10."""
    return with_luhn(f"{number:0{width}d}")


def french_reference(number: int) -> str:
    """A creditor reference of ISO 11649."""
    body = f"{number:010d}"
    return f"RF{98 - remainder_97(body + 'RF00'):02d}{body}"


def credit_number(rng: Random) -> str:
    """A card or revolving credit number: 3060 and 13 digits; no check digit is documented."""
    return f"3060{digits(rng, 13)}"


def vin(rng: Random, maker: str, year: int) -> str:
    """A vehicle identification number: maker (3), description (5), check digit, model year, plant, sequence (6)."""
    alphabet = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    description = "".join(rng.choice(alphabet) for _ in range(5))
    tail = f"{'ABCDEFGHJKLMNPRSTVWXY'[(year - 2010) % 21]}{rng.choice('ABCDEFGH')}{digits(rng, 6)}"
    return f"{maker}{description}{vin_check_digit(f'{maker}{description}0{tail}')}{tail}"


def vin_check_digit(seventeen: str) -> str:
    """Position nine, by the weights of ISO 3779; a remainder of ten is an X."""
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    remainder = (
        sum(values.get(sign, 0) * weight if sign in values else int(sign) * weight for sign, weight in zip(seventeen, weights, strict=True))
        % 11
    )
    return "X" if remainder == 10 else str(remainder)


def registration_plate(country: str, rng: Random) -> str:
    """A plate in the form of the country."""
    signs = [rng.choice("ABCDEFGHJKLMNPRSTVWXYZ") for _ in range(5)]
    if country == "BE":
        return f"{rng.choice('12')}-{''.join(signs[:3])}-{digits(rng, 3)}"
    if country == "NO":
        return f"{''.join(signs[:2])} {rng.randrange(10_000, 99_999)}"
    return f"{''.join(signs[:2])}-{digits(rng, 3)}-{''.join(signs[2:4])}"


def with_luhn(number: str) -> str:
    """The number and its check digit by modulus 10."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number)))
    return f"{number}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def remainder_97(text: str) -> int:
    """Letters count from A = 10, as ISO 7064 has it."""
    return int("".join(str(int(sign, 36)) for sign in text)) % 97
