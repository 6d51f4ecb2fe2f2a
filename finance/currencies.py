"""The decimals of currencies: ISO 4217 calls them minor units. Amounts here are in hundredths, so only currencies of two fit."""

OTHER_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}  # ISO 4217, list one; all others that are money have two
DECIMALS = {code: decimals for decimals, codes in OTHER_DECIMALS.items() for code in codes.split()}


def decimals_of(currency: str) -> int:
    """How many decimals the smallest unit of a currency has."""
    return DECIMALS.get(currency, 2)


def has_cents(currency: str) -> bool:
    """Whether the smallest unit of a currency is a hundredth, as that of all amounts here is."""
    return decimals_of(currency) == 2
