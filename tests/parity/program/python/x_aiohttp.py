import asyncio
import logging

from aiohttp import ClientSession, web

from sentry_boot import boot
from shop.orders.service import OrderService

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")


async def ship(request):
    return web.Response(text=OrderService().ship(18))


async def main():
    boot()
    app = web.Application()
    app.router.add_get("/ship", ship)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 8971).start()
    async with ClientSession() as session:
        await (await session.get("http://127.0.0.1:8971/ship")).text()
    await runner.cleanup()


asyncio.run(main())
