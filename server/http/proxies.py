"""The proxies whose headers are believed: read strictly, since uvicorn takes what it cannot read as a name, which then never matches."""

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

# The widest networks that are private as a whole: 10.0.0.0/8 and fc00::/7. A wider one holds addresses of strangers.
WIDEST = {4: 8, 6: 7}
EVERYBODY = "would believe strangers, who could then give any address as theirs: name the proxies themselves, or their network"


def read_proxies(said: str) -> str:
    """The same in one form: addresses and networks, with commas between them. Raises `ValueError`."""
    names = [name for name in (part.strip() for part in said.split(",")) if name]
    networks = [_network(name) for name in names]
    _refuse_everybody(networks)
    return ",".join(names)


def _network(name: str) -> IPv4Network | IPv6Network:
    if name == "*":
        raise ValueError(f"* {EVERYBODY}")
    try:
        network = ip_network(name)
    except ValueError as error:
        raise ValueError(f"{name} is no address and no network ({error}); several have commas between them") from None
    if network.is_unspecified:
        raise ValueError(f"{name} is the address of nobody: name the proxies themselves, or their network")
    return network


def _refuse_everybody(networks: list[IPv4Network | IPv6Network]) -> None:
    """Also where several networks are that wide together."""
    four = list(collapse_addresses(network for network in networks if isinstance(network, IPv4Network)))
    six = list(collapse_addresses(network for network in networks if isinstance(network, IPv6Network)))
    together: list[IPv4Network | IPv6Network] = [*four, *six]
    for network in together:
        if network.prefixlen < WIDEST[network.version]:
            raise ValueError(f"{network} {EVERYBODY}")
