"""Says that the shop is open, once it is: `python -m dev.banner [a line about the demo data]…`.

A process of its own, since honcho forks and a process that has spoken gRPC must not.
"""

import sys

from dev.ready import NotReady, wait_until_ready
from dev.shop import Shop, local_shop

BOLD, PLAIN = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")


def main() -> int:
    """Wait, then print the banner; or say which service keeps everybody waiting."""
    shop = local_shop()
    try:
        wait_until_ready(shop)
    except NotReady as error:
        print(f"Not ready: {error}. Its lines above may tell why. Ctrl-C stops the shop.", flush=True)
        return 1
    print(banner(shop, sys.argv[1:]), flush=True)
    return 0


def banner(shop: Shop, demo_data: list[str]) -> str:
    """Where everything is, who can sign in, what to try, and how to stop."""
    addresses = [f"{service.name:<22}{service.target:<19}{service.url}" for service in shop.services]
    ports = {service.name: (service.rpc_port, service.rest_port) for service in shop.services}
    return "\n".join(
        [
            "",
            f"{BOLD}The shop is open.{PLAIN}",
            "",
            f"  {BOLD}{'Service':<24}{'gRPC':<19}REST{PLAIN}",
            *(f"    {line}" for line in addresses),
            "",
            f"  {BOLD}Demo data{PLAIN}",
            *(f"    {line}" for line in demo_data),
            "",
            f"  {BOLD}Try, in another terminal{PLAIN}",
            f"    curl 'http://localhost:{ports['product_service'][1]}/v1/products?query=green&in_stock=true'",
            f"    .venv/bin/grpcurl -plaintext localhost:{ports['order_service'][0]} list",
            "    make demo",
            f"    a browser on http://localhost:{ports['order_service'][1]}/, and on /admin/ there",
            f"    a browser on http://localhost:{ports['notification_service'][1]}/inbox",
            "",
            f"  {BOLD}Ctrl-C stops it.{PLAIN} Its data stays in {shop.data}; `make clean-data` starts over.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
