import asyncio
import logging
import sys

from sentry_boot import boot
from shop.infra.store import CustomerStore


def callback():
    CustomerStore().find(9)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(callback)
    await asyncio.sleep(0.01)


boot()
if sys.argv[1] == "format":
    logging.basicConfig(format="%(asctime)s %(levelname)s [%(name)s] %(message)s")
asyncio.run(main())
